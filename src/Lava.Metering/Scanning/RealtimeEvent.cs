namespace Lava.Metering.Scanning;

/// <summary>What an event of a realtime session means for its bill.</summary>
public enum RealtimeEvent : byte
{
    /// <summary>Nothing, or it is not read to its end yet.</summary>
    None = 0,

    /// <summary>session.created, session.updated: which models answer and transcribe.</summary>
    Session,

    /// <summary>response.created: a turn begins.</summary>
    ResponseStarted,

    /// <summary>A piece of a turn's text, transcript, arguments or sound.</summary>
    Delta,

    /// <summary>response.done: a turn has ended, and this is its usage.</summary>
    ResponseDone,

    /// <summary>conversation.item.input_audio_transcription.completed: what was said has been transcribed, and this is its usage.</summary>
    Transcribed,
}
