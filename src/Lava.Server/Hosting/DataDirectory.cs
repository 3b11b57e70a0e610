using System.Security.Cryptography;

namespace Lava.Server.Hosting;

/// <summary>The data directory of one running server: its lock, its keys, its journal.</summary>
internal sealed class DataDirectory : IDisposable
{
    private const string LockFile = "lock";
    private const string MasterKeyFile = "master.key";
    private const int MasterKeyBytes = 32;
    private readonly FileStream _lock;

    private DataDirectory(string path, FileStream held)
    {
        Path = path;
        _lock = held;
    }

    /// <summary>Absolute path.</summary>
    public string Path { get; }

    /// <summary>Where the journal's segments lie.</summary>
    public string Journal => JournalIn(Path);

    /// <summary>Where the journal's segments lie in a data directory.</summary>
    public static string JournalIn(string path) => System.IO.Path.Combine(path, "journal");

    /// <summary>Makes the directory if it is missing and takes it for this process.</summary>
    /// <exception cref="StartupException">Another server has it, or it can't be written.</exception>
    public static DataDirectory Open(string path)
    {
        try
        {
            if (!Directory.Exists(path))
            {
                // Others may pass through, for a private PostgreSQL runs as another user; nobody but the owner may read.
                const UnixFileMode Passable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
                    | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
                Directory.CreateDirectory(path, Passable);
            }

            var held = new FileStream(System.IO.Path.Combine(path, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return new DataDirectory(path, held);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"The data directory {path} can't be used: {e.Message} Is another lava running on it?");
        }
    }

    /// <summary>
    /// The key that derives and encrypts secrets: the configured one, else the directory's own, made on first use with mode 0600.
    /// </summary>
    public byte[] MasterKey(byte[]? configured)
    {
        if (configured is not null)
        {
            return configured;
        }

        var path = System.IO.Path.Combine(Path, MasterKeyFile);
        if (File.Exists(path))
        {
            var kept = File.ReadAllBytes(path);
            return kept.Length == MasterKeyBytes
                ? kept
                : throw new StartupException($"{path} must hold {MasterKeyBytes} bytes and holds {kept.Length}.");
        }

        // Written aside and renamed: a half-written key would make every secret derived from it invalid later.
        var key = RandomNumberGenerator.GetBytes(MasterKeyBytes);
        var options = new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using (var file = new FileStream(path + ".new", options))
        {
            file.Write(key);
            file.Flush(flushToDisk: true);
        }

        File.Move(path + ".new", path);
        return key;
    }

    public void Dispose() => _lock.Dispose();
}
