using System.CommandLine;
using Lava.Metering.Catalog;
using Lava.Postgres;
using Lava.Postgres.Verification;
using Lava.Server.Configuration;
using Lava.Server.Hosting;
using Lava.Server.Verification;

namespace Lava.Server;

/// <summary><c>lava verify</c>.</summary>
internal static class VerifyCommand
{
    private const int NotProven = 1;

    public static Command Create()
    {
        var command = new Command(
            "verify",
            "Prove the books: ledger, balances, credit, charges, usage, journal. Beside 'lava serve', too; it keeps what it found.");
        var flags = new SettingFlags(command, [.. StoreOptions.Settings, ServeSettings.Prices]);
        var noRecord = new Option<bool>("--no-record")
        {
            Description = "Don't keep what was found for the dashboard: write nothing at all.",
        };
        command.Add(noRecord);
        command.SetAction((result, cancellationToken) =>
        {
            var errors = new List<string>();
            var parser = new SettingParser(flags.Sources(result, errors), errors);
            var options = StoreOptions.Read(parser);
            var prices = ServeParts.ReadPrices(parser.Text(ServeSettings.Prices), errors);
            return errors.Count > 0 || prices is null
                ? Task.FromResult(CommandLine.Report(errors))
                : RunAsync(options, prices, !result.GetValue(noRecord), Console.Out, Console.Error, cancellationToken);
        });
        return command;
    }

    /// <summary>0: all proven; 1: something differs, or can't be looked at.</summary>
    public static async Task<int> RunAsync(
        StoreOptions options, PriceCatalog prices, bool isRecorded, TextWriter output, TextWriter error,
        CancellationToken cancellationToken)
    {
        var time = TimeProvider.System;
        var started = time.GetTimestamp();
        var at = time.GetUtcNow();
        var report = new VerificationReport(output);
        try
        {
            // Before the snapshot; see its constructor.
            var verification = new BookVerification(options.Journal, options.NodeId);
            await using var snapshot = await BookSnapshot.OpenAsync(options.Postgres, options.DataDirectory, time, cancellationToken);
            report.Begin(options.DataDirectory, snapshot.Origin);
            await foreach (var result in verification.RunAsync(snapshot, prices, cancellationToken))
            {
                report.Add(result);
            }

            var took = time.GetElapsedTime(started);
            report.End(took);
            if (isRecorded)
            {
                await RecordAsync(
                    snapshot, new VerificationRecord(at, took, report.Checks, report.Differences, report.Text, ProductVersion.Text), error,
                    cancellationToken);
            }

            return report.IsProven ? 0 : NotProven;
        }
        catch (Exception e) when (StoreFailure.IsExpected(e))
        {
            error.WriteLine($"lava: {e.Message}");
            return NotProven;
        }
    }

    // What was proven is so without it.
    private static async Task RecordAsync(
        BookSnapshot snapshot, VerificationRecord record, TextWriter error, CancellationToken cancellationToken)
    {
        try
        {
            await snapshot.RecordAsync(record, cancellationToken);
        }
        catch (StoreUnavailableException e)
        {
            error.WriteLine($"lava: the result is not kept for the dashboard ({e.Message}); --no-record does without");
        }
    }
}
