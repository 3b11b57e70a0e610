using System.CommandLine;
using Lava.Postgres.Verification;
using Lava.Server.Configuration;
using Lava.Server.Hosting;
using Lava.Server.Verification;
using Lava.Wallets.Journal;

namespace Lava.Server;

/// <summary><c>lava journal cut</c>.</summary>
internal static class JournalCutCommand
{
    private const int NotDone = 1;

    public static Command Create()
    {
        var command = new Command(
            "cut", "Move a journal's damaged part aside, so that the server starts again. Shows first what that loses.");
        var accept = new Option<bool>("--accept-loss") { Description = "Do it; without this nothing is changed." };
        var flags = new SettingFlags(command, StoreOptions.Settings);
        command.Add(accept);
        command.SetAction(async (result, cancellationToken) =>
        {
            var errors = new List<string>();
            var options = StoreOptions.Read(new SettingParser(flags.Sources(result, errors), errors));
            if (errors.Count > 0)
            {
                return CommandLine.Report(errors);
            }

            try
            {
                return await RunAsync(options, result.GetValue(accept), Console.Out, cancellationToken);
            }
            catch (Exception e) when (StoreFailure.IsExpected(e))
            {
                Console.Error.WriteLine($"lava: {e.Message}");
                return NotDone;
            }
        });
        return command;
    }

    /// <summary>0: done; 1: nothing was changed.</summary>
    public static async Task<int> RunAsync(StoreOptions options, bool accepted, TextWriter output, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(options.Journal))
        {
            throw new StartupException($"There is no journal in {options.DataDirectory}: name the data directory of a lava (--data).");
        }

        // No server may come up between the look and the cut.
        using var directory = DataDirectory.Open(options.DataDirectory);
        long position;
        await using (var books = await BookSnapshot.OpenAsync(
            options.Postgres, options.DataDirectory, TimeProvider.System, cancellationToken))
        {
            position = await books.ReadPositionAsync(options.NodeId, cancellationToken);
        }

        var journal = new JournalOptions { Directory = options.Journal, NodeId = options.NodeId };
        using var cut = JournalCut.Open(journal, position);
        new CutReport(output).Write(cut, options.Journal, position);
        if (!accepted)
        {
            output.WriteLine();
            output.WriteLine("Nothing was changed. To do this, and lose what is listed, run it again with --accept-loss.");
            return NotDone;
        }

        var folder = cut.Run();
        output.WriteLine();
        output.WriteLine($"Done: what was moved lies in {folder}. Keep it, and this list. The server can start; then run 'lava verify'.");
        return 0;
    }
}
