namespace Lava.Gateway;

/// <summary>Every bound of the data plane that is not a setting, in one place, each with where it comes from.</summary>
public static class GatewayLimits
{
    /// <summary>
    /// Calls in flight at once. At 50 KB each a full house is 1 GB; beyond it callers get 503 at once instead of a slow death.
    /// </summary>
    public const int ConcurrentCalls = 20_000;

    /// <summary>
    /// One read of the upstream body: as much as Kestrel's output pipe gives in one block (4 KiB) keeps chunks whole and copies none.
    /// </summary>
    public const int RelayReadBytes = 4 * 1024;

    /// <summary>
    /// The longest body that is looked through on the thread that waits for sockets: about 0.1 ms of its time, see the server's
    /// SocketThreads. A longer one goes to the thread pool.
    /// </summary>
    public const int SocketThreadBytes = 128 * 1024;

    /// <summary>Bodies kept whole, of all calls together: sixteen of the largest requests, thousands of usual ones.</summary>
    public const long BodiesInFlightBytes = 1024L * 1024 * 1024;

    /// <summary>
    /// Reports under way or not yet in the database: five seconds of what the flusher moves. At about 800 bytes each 0.4 GB; beyond it
    /// callers get 503.
    /// </summary>
    public const int ReportsKept = 500_000;

    /// <summary>
    /// Asynchronous jobs whose end has not been seen: at about 400 bytes each 80 MB. Beyond it new ones get 503: a job that is not
    /// remembered would be free.
    /// </summary>
    public const int OpenJobs = 200_000;

    /// <summary>A compressed body kept aside to be inflated for its usage; beyond it the usage is estimated.</summary>
    public const int CompressedBodyBytes = 16 * 1024 * 1024;

    /// <summary>Bytes that a compressed body may inflate to: stops decompression bombs, far above any JSON answer.</summary>
    public const int InflatedBodyBytes = 256 * 1024 * 1024;

    /// <summary>Bytes read from upstream after the client has gone, to learn the usage.</summary>
    public const long DrainBytes = 64L * 1024 * 1024;

    /// <summary>Metadata: pairs (the API's documented limit).</summary>
    public const int MetadataPairs = 100;

    /// <summary>Metadata: characters of a key or value (the API's documented limit).</summary>
    public const int MetadataCharacters = 255;

    /// <summary>
    /// How often deadlines of running calls are checked. Time limits are seconds to minutes: a quarter second late is no error.
    /// </summary>
    public static readonly TimeSpan WatchInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// At shutdown, after the grace period: how long the ends of broken-off calls may take. Each is one write to the journal.
    /// </summary>
    public static readonly TimeSpan StopWait = TimeSpan.FromSeconds(10);

    /// <summary>How often that is looked at.</summary>
    public static readonly TimeSpan StopPoll = TimeSpan.FromMilliseconds(10);

    /// <summary>
    /// How often a running answer writes a PROGRESS: what a crash can lose of it. 20,000 streams write 6 MB/s of about 320 bytes each,
    /// far below a disk's bandwidth. A hold keeps its segment of the journal from being deleted until the next one: no longer than the
    /// first-byte limit, the idle limit, a slow client's flush or this.
    /// </summary>
    public static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(1);

    /// <summary>What is reserved for a recording whose length only its answer tells: four hours, the longest meeting.</summary>
    public const long RecordingMicroseconds = 4L * 3600 * 1_000_000;

    /// <summary>What is reserved for a film whose length the request leaves to the provider: no model makes a minute of it.</summary>
    public const long FilmMicroseconds = 60L * 1_000_000;

    /// <summary>What is reserved for a document: the most pages that Mistral's OCR takes.</summary>
    public const long DocumentPages = 1_000;

    /// <summary>
    /// What is reserved for a call in the provider's own unit, where the request tells nothing: ten searches, images or credits.
    /// </summary>
    public const long ProviderUnits = 10;

    /// <summary>Millionths in a provider's own unit.</summary>
    public const long MicrounitsPerUnit = 1_000_000;

    /// <summary>What a character may count at most: an ideograph is two of MiniMax's.</summary>
    public const long CharacterWeightMax = 2;

    /// <summary>
    /// How long the end of a stream's body may follow its last word, where the usage is still missing. It is there at once, but for hosts
    /// that keep the connection open.
    /// </summary>
    public static readonly TimeSpan AfterLastWord = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Bytes of such a stream that wait for its end, from its last word on: many times a chunk of usage. One that goes on is settled with
    /// what it has said.
    /// </summary>
    public const long AfterLastWordBytes = 64 * 1024;

    /// <summary>UTF-8 bytes per token for an estimate of a cut-off answer: the field's rule of thumb for English text.</summary>
    public const int EstimatedBytesPerToken = 4;
}
