namespace Lava.Gateway.Upstreams.Http1;

/// <summary>Every bound of the client to the providers that is not in <see cref="UpstreamOptions"/>.</summary>
internal static class Http1Limits
{
    /// <summary>A first buffer: a request's head with a short body, then the answer's head with the beginning of its body.</summary>
    public const int BufferBytes = 4 * 1024;

    /// <summary>
    /// Head and body that leave in one send; a longer body follows its head. One send of this size is taken by an empty socket buffer as
    /// a whole (Linux has 16 KiB at the least), so that one that fails at once has written nothing.
    /// </summary>
    public const int FirstSendBytes = 16 * 1024;

    /// <summary>The head of a request. Never met: the server takes 32 KiB of headers, the target's query 4 KiB.</summary>
    public const int RequestHeadBytes = 256 * 1024;

    /// <summary>Headers of an answer: many times the thirty that providers send.</summary>
    public const int Headers = 256;

    /// <summary>Answers with 1xx before the one that counts.</summary>
    public const int InterimAnswers = 8;

    /// <summary>Hexadecimal digits of a chunk's size: those of 64 bits.</summary>
    public const int ChunkSizeDigits = 16;

    /// <summary>What may follow a chunk's size in its line. Nobody sends any.</summary>
    public const int ChunkExtensionBytes = 1024;

    /// <summary>All trailers of a body together.</summary>
    public const int TrailerBytes = 16 * 1024;

    /// <summary>How many times within <see cref="UpstreamOptions.IdleTimeout"/> idle connections are looked through.</summary>
    public const int SweepsPerIdleTimeout = 4;

    /// <summary>
    /// Silence after which TCP itself probes a connection, seconds: models think for minutes, and middleboxes forget after 30 s at the
    /// least.
    /// </summary>
    public const int ProbeDelay = 15;

    /// <summary>Between two probes without an answer, seconds.</summary>
    public const int ProbeInterval = 5;

    /// <summary>Probes without an answer after which the connection has broken.</summary>
    public const int Probes = 4;
}
