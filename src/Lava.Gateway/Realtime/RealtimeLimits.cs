namespace Lava.Gateway.Realtime;

/// <summary>
/// Every bound of a realtime session that is not a setting. Its idle limit, its whole length (OpenAI ends a session after 60 minutes) and
/// the time for a response whose client has gone are those of every call, see <see cref="GatewayOptions"/>. A message has no limit: it
/// passes in pieces.
/// </summary>
internal static class RealtimeLimits
{
    /// <summary>One piece of a message: with both directions 8 KiB for a session, whatever the message's size.</summary>
    public const int PieceBytes = 4 * 1024;

    /// <summary>
    /// The largest input that is held for, tokens: four times the window of the dearest realtime model (32,000). A window of a million
    /// would hold 32 dollars for a turn of cents; what a turn takes beyond is held as it becomes known, or is debt.
    /// </summary>
    public const long HeldInputTokens = 128_000;

    /// <summary>Sound of one transcription that is held for: a whole session of OpenAI's, 60 minutes.</summary>
    public const long HeldTranscriptionMicroseconds = 3_600_000_000;

    /// <summary>
    /// Responses of one session at once: the conversation has one, those outside of it are the client's own doing. Each holds for itself.
    /// </summary>
    public const int ResponsesAtOnce = 8;

    /// <summary>
    /// Base64 characters of sound in one token of output: 24,000 samples of 16 bits a second, a token for 50 ms.
    /// </summary>
    public const int AudioBytesPerOutputToken = 3_200;

    /// <summary>The same for input: a token for 100 ms.</summary>
    public const int AudioBytesPerInputToken = 6_400;

    /// <summary>How long a side may take to answer a close, or to take one.</summary>
    public static readonly TimeSpan CloseWait = TimeSpan.FromSeconds(5);

    /// <summary>Silence after which a side is probed; middleboxes forget after 30 s at the least.</summary>
    public static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(15);

    /// <summary>How long it may take to answer the probe; then it has vanished.</summary>
    public static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(20);
}
