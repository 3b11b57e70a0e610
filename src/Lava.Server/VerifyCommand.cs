using System.CommandLine;
using Lava.Postgres;
using Lava.Postgres.Verification;
using Lava.Server.Configuration;
using Lava.Server.Verification;
using Lava.Wallets.Journal;

namespace Lava.Server;

/// <summary><c>lava verify</c>.</summary>
internal static class VerifyCommand
{
    private const int NotProven = 1;

    public static Command Create()
    {
        var command = new Command(
            "verify", "Prove the books: ledger, balances, credit, charges, usage, journal. Reads only, and may run while 'lava serve' does.");
        var flags = new SettingFlags(command, StoreOptions.Settings);
        command.SetAction((result, cancellationToken) =>
        {
            var errors = new List<string>();
            var options = StoreOptions.Read(flags.Sources(result, errors), errors);
            return options is null
                ? Task.FromResult(CommandLine.Report(errors))
                : RunAsync(options, Console.Out, Console.Error, cancellationToken);
        });
        return command;
    }

    /// <summary>0: all proven; 1: something differs, or can't be looked at.</summary>
    public static async Task<int> RunAsync(StoreOptions options, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var time = TimeProvider.System;
        var started = time.GetTimestamp();
        var report = new VerificationReport(output);
        try
        {
            await using var books = await BookVerification.OpenAsync(
                options.Postgres, options.DataDirectory, options.Journal, options.NodeId, time, cancellationToken);
            report.Begin(options.DataDirectory, books.Origin);
            await foreach (var result in books.RunAsync(options.Prices, cancellationToken))
            {
                report.Add(result);
            }

            report.End(time.GetElapsedTime(started));
            return report.IsProven ? 0 : NotProven;
        }
        catch (Exception e) when (IsExpected(e))
        {
            error.WriteLine($"lava: {e.Message}");
            return NotProven;
        }
    }

    private static bool IsExpected(Exception e) => e
        is PrivateClusterException or SchemaMismatchException or StoreUnavailableException or JournalException or IOException;
}
