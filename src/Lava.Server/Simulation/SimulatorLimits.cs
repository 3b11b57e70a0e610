namespace Lava.Server.Simulation;

/// <summary>Every bound of the simulator: far above a real call, far below the machine that it shares with what it tests.</summary>
internal static class SimulatorLimits
{
    /// <summary>Request body. Anthropic takes 32 MB and OpenAI's images come base64 in JSON: twice the larger.</summary>
    public const int RequestBodyBytes = 64 * 1024 * 1024;

    /// <summary>Output tokens of one answer; eight times the longest output that a provider offers today (128 k).</summary>
    public const int OutputTokens = 1_000_000;

    /// <summary>Any other token count asked for: the largest context is 2 M; 10⁹ tests how sums and prices hold.</summary>
    public const long TokenCount = 1_000_000_000;

    /// <summary>Padding of the fault <c>huge</c>: 4 GiB passes the 32-bit border and is written from one small block.</summary>
    public const long PaddingBytes = 4L * 1024 * 1024 * 1024;

    /// <summary>Longest wait asked for: ten minutes is the timeout of the official SDKs.</summary>
    public const int LatencyMs = 600_000;

    /// <summary>Inputs of one embeddings call, as at OpenAI.</summary>
    public const int EmbeddingInputs = 2048;

    /// <summary>Dimensions of one embedding; OpenAI's largest is 3072.</summary>
    public const int EmbeddingDimensions = 4096;

    /// <summary>All numbers of one embeddings answer: 2048 inputs of 4096 dimensions would be an answer of 70 MB.</summary>
    public const int EmbeddingNumbers = 1_000_000;

    /// <summary>Model name with its parts; the name of a fine-tuned model has about 80 characters.</summary>
    public const int ModelChars = 512;

    /// <summary>A buffer above this is not kept between calls.</summary>
    public const int KeptBufferBytes = 64 * 1024;

    /// <summary>Unpaced events collect up to this before they are flushed: a quarter of a TLS record.</summary>
    public const int FlushBytes = 4 * 1024;

    /// <summary>An event of a realtime session: OpenAI takes 15 MiB of sound in one.</summary>
    public const int RealtimeEventBytes = 16 * 1024 * 1024;

    /// <summary>At the end of the process, running answers get this long.</summary>
    public static readonly TimeSpan Shutdown = TimeSpan.FromSeconds(2);
}
