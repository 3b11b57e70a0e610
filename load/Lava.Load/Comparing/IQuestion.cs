namespace Lava.Load.Comparing;

/// <summary>Something that is asked of all systems, in rounds.</summary>
internal interface IQuestion
{
    /// <summary>As in <see cref="CompareOptions.AllQuestions"/>.</summary>
    string Name { get; }

    /// <summary>Asked no more often than this.</summary>
    int RoundsMax => int.MaxValue;

    /// <summary>One round: each system once, beginning with another one each time.</summary>
    Task AskAsync(int round);

    /// <summary>The table of what was found.</summary>
    void Write(Tables tables);

    /// <summary>What was reached of what the gateway must reach.</summary>
    IEnumerable<Bar> Bars();
}
