using System.Diagnostics;

namespace Lava.Postgres;

/// <summary>Runs the server's programs. PostgreSQL refuses to run as root: then they run as the user <c>postgres</c>.</summary>
internal static class PostgresAccount
{
    /// <summary>The user that PostgreSQL's packages make.</summary>
    public const string User = "postgres";

    /// <summary>initdb with its fsync takes seconds, a fast stop with a full checkpoint up to a minute on a slow disk.</summary>
    public static readonly TimeSpan ProgramLimit = TimeSpan.FromMinutes(2);

    /// <summary>Must another user run PostgreSQL?</summary>
    public static bool MustSwitch => Environment.IsPrivilegedProcess;

    /// <summary>
    /// A start of the server itself: in a session of its own, so that Ctrl-C in the terminal reaches lava alone, and with a fast stop
    /// (SIGINT) as the signal that the kernel sends it when lava dies.
    /// </summary>
    public static ProcessStartInfo Server(string program, IEnumerable<string> arguments)
    {
        string[] session = File.Exists("/usr/bin/setsid") ? ["setsid"] : [];
        string[] bound = File.Exists("/usr/bin/setpriv") ? ["setpriv", "--pdeathsig", "INT"] : [];
        return Start([.. Switch(), .. bound, .. session, program, .. arguments]);
    }

    /// <summary>Runs a program to its end.</summary>
    /// <exception cref="PrivateClusterException">It failed; the message holds what it said.</exception>
    public static Task RunAsync(string program, IEnumerable<string> arguments, CancellationToken cancellationToken) =>
        RunAsync(Start([.. Switch(), program, .. arguments]), cancellationToken);

    /// <summary>Gives a directory and all in it to the user that runs PostgreSQL.</summary>
    public static Task OwnAsync(string directory, CancellationToken cancellationToken) => MustSwitch
        ? RunAsync(Start(["chown", "-R", $"{User}:", directory]), cancellationToken)
        : Task.CompletedTask;

    private static string[] Switch() => MustSwitch ? ["setpriv", "--reuid", User, "--regid", User, "--init-groups"] : [];

    // From "/": the user may not be allowed into the current directory.
    private static ProcessStartInfo Start(string[] words) => new(words[0], words[1..])
    {
        RedirectStandardError = true,
        RedirectStandardOutput = true,
        WorkingDirectory = "/",
    };

    private static async Task RunAsync(ProcessStartInfo start, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ProgramLimit);
        using var process = Process.Start(start)!;

        // A program that nobody waits for any more must not go on in the directory that the next start finds.
        await using var ending = limit.Token.Register(process.Kill);
        var error = process.StandardError.ReadToEndAsync(limit.Token);
        await process.StandardOutput.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        if (process.ExitCode != 0)
        {
            throw new PrivateClusterException($"{string.Join(' ', start.ArgumentList.Prepend(start.FileName))}: {await error}");
        }
    }
}
