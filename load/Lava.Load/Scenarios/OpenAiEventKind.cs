namespace Lava.Load.Scenarios;

/// <summary>What an event of a streamed chat completion is.</summary>
internal enum OpenAiEventKind : byte
{
    /// <summary>The opening, the finish, the usage.</summary>
    Other,

    /// <summary>Text of the answer.</summary>
    Content,

    /// <summary>The last.</summary>
    Done,
}
