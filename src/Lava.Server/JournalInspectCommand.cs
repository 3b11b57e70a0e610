using System.CommandLine;
using Lava.Postgres.Verification;
using Lava.Server.Configuration;
using Lava.Server.Hosting;
using Lava.Server.Verification;
using Lava.Wallets.Journal;

namespace Lava.Server;

/// <summary><c>lava journal inspect</c>.</summary>
internal static class JournalInspectCommand
{
    private const int Damaged = 1;

    public static Command Create()
    {
        var command = new Command(
            "inspect", "Show a journal's segments, open calls and end, over damage too. Reads only, beside 'lava serve' too.");
        var records = new Option<bool>("--records") { Description = "Only the records, each as a line of JSON." };
        var from = new Option<long>("--from") { Description = "The first of them.", DefaultValueFactory = _ => 0 };
        var to = new Option<long>("--to") { Description = "The last of them.", DefaultValueFactory = _ => long.MaxValue };
        var flags = new SettingFlags(command, StoreOptions.Settings);
        command.Add(records);
        command.Add(from);
        command.Add(to);
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
                return result.GetValue(records)
                    ? WriteRecords(options, result.GetValue(from), result.GetValue(to), Console.Out)
                    : await InspectAsync(options, Console.Out, cancellationToken);
            }
            catch (Exception e) when (StoreFailure.IsExpected(e))
            {
                Console.Error.WriteLine($"lava: {e.Message}");
                return Damaged;
            }
        });
        return command;
    }

    private static async Task<int> InspectAsync(StoreOptions options, TextWriter output, CancellationToken cancellationToken)
    {
        var position = await PositionAsync(options, cancellationToken);
        var journal = JournalInspector.Inspect(options.Journal);
        var report = new JournalReport(output);
        report.Write(options.Journal, journal, position);
        if (journal.Damage is not { } damage)
        {
            return 0;
        }

        report.WriteDamage(damage, options.DataDirectory);
        return Damaged;
    }

    private static int WriteRecords(StoreOptions options, long from, long to, TextWriter output)
    {
        using var json = new JournalRecordJson();
        var inspector = new JournalInspector(options.Journal);
        while (inspector.TryRead(out var record))
        {
            if (record.Sequence >= from && record.Sequence <= to)
            {
                output.WriteLine(json.Line(record));
            }
        }

        return inspector.ToInspection().End == JournalEnd.Damaged ? Damaged : 0;
    }

    // A journal can be read without PostgreSQL: it may be what is broken.
    private static async Task<string> PositionAsync(StoreOptions options, CancellationToken cancellationToken)
    {
        try
        {
            await using var books = await BookSnapshot.OpenAsync(
                options.Postgres, options.DataDirectory, TimeProvider.System, cancellationToken);
            return $"has them to {await books.ReadPositionAsync(options.NodeId, cancellationToken):N0}";
        }
        catch (Exception e) when (StoreFailure.IsExpected(e))
        {
            return $"can't be asked: {e.Message}";
        }
    }
}
