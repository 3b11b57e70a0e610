namespace Lava.Postgres;

/// <summary>The private cluster's settings, given on its command line: an edited postgresql.conf can't break them.</summary>
internal static class ClusterSettings
{
    /// <summary>As arguments of <c>postgres</c>.</summary>
    public static IEnumerable<string> Arguments(string socketDirectory, bool durable) =>
        Settings(socketDirectory, durable).SelectMany(setting => new[] { "-c", $"{setting.Name}={setting.Value}" });

    private static IEnumerable<(string Name, string Value)> Settings(string socketDirectory, bool durable)
    {
        // Nobody but lava may connect: no TCP, a socket in a directory that only its user can enter.
        yield return ("listen_addresses", "");
        yield return ("unix_socket_directories", socketDirectory);
        yield return ("unix_socket_permissions", "0700");
        yield return ("max_connections", "50");

        // It shares the machine with the gateway: room for the hot part of the indexes, not a quarter of the memory.
        yield return ("shared_buffers", "256MB");

        // The journal's segments are deleted once a commit is acknowledged: it must be on disk then.
        yield return ("fsync", durable ? "on" : "off");
        yield return ("synchronous_commit", "on");
        yield return ("full_page_writes", durable ? "on" : "off");

        // 15 minutes of 20,000 rows/s need no checkpoint by size; each checkpoint makes every page's next change a full image.
        yield return ("max_wal_size", "4GB");
        yield return ("checkpoint_timeout", "15min");
        yield return ("wal_buffers", "16MB");

        // One node, and no replica can be asked for without TCP.
        yield return ("wal_level", "minimal");
        yield return ("max_wal_senders", "0");

        // Statements here run for milliseconds; compiling one takes longer than running it.
        yield return ("jit", "off");

        // A week of log files, each overwritten when its day comes again.
        yield return ("logging_collector", "on");
        yield return ("log_directory", "log");
        yield return ("log_filename", "postgres-%a.log");
        yield return ("log_truncate_on_rotation", "on");
        yield return ("log_rotation_age", "1d");
        yield return ("log_rotation_size", "0");
    }
}
