using System.CommandLine;
using System.Globalization;
using Lava.Metering.Catalog;
using Lava.Metering.Catalog.Import;

namespace Lava.Server;

/// <summary><c>lava prices import</c>.</summary>
internal static class PricesImportCommand
{
    private const int Unreadable = 1;

    /// <summary>The largest file, bytes: a hundred times the largest public list.</summary>
    private const long FileBytesMax = 256 * 1024 * 1024;

    private const string Help =
        """
        Make a price file of a public price list.

        Reads model_prices_and_context_window.json of LiteLLM or api.json of models.dev, told apart by their shape, and writes a file for
        'lava serve --prices', whose rows take the place of the shipped ones of the same models. Prices are taken over digit by digit.
        What has no place in a price file is counted on stderr, kind by kind. The file's version, which each record keeps that it
        prices, is the day as a number: give a second import of a day another one. Look at the file before you serve by it.

        Exit code: 0 written, 1 the list can't be read or the file not written.
        """;

    public static Command Create()
    {
        var command = new Command("import", Help);
        var file = new Argument<string>("FILE") { Description = "The price list." };
        var output = new Option<string?>("--out") { Description = "The file to write; else stdout." };
        var since = new Option<DateOnly?>("--since")
        {
            Description = "The day since when the prices hold (2026-08-21); else today.",
            CustomParser = result => ParseDay(result.Tokens[0].Value, result.AddError),
        };
        var provider = new Option<string?>("--provider") { Description = "Only this provider's, by the name in the provider table." };
        command.Add(file);
        command.Add(output);
        command.Add(since);
        command.Add(provider);
        command.SetAction(result =>
        {
            var day = result.GetValue(since) ?? DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
            var path = result.GetValue(output);
            return Run(result.GetValue(file)!, path, day, result.GetValue(provider), Console.Out, Console.Error);
        });
        return command;
    }

    /// <summary>0: written; 1: the list can't be read, or the file not written.</summary>
    public static int Run(string file, string? path, DateOnly since, string? provider, TextWriter output, TextWriter error)
    {
        try
        {
            var import = PriceImport.Read(Read(file), since, provider);
            var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
            PriceFileWriter.Write(text, Version(since), [$"Imported from {Path.GetFileName(file)}."], import.Rows);

            // What is written can be served: a mistake is found here, not at the next start.
            PriceCatalog.Shipped().With(PriceCatalog.Parse(text.ToString(), file)).On(since);
            foreach (var warning in import.Warnings)
            {
                error.WriteLine($"lava: {warning}");
            }

            Write(text.ToString(), path, output);
            error.WriteLine($"lava: {import.Rows.Count} rows");
            return 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or ArgumentException)
        {
            error.WriteLine($"lava: {file}: {e.Message}");
            return Unreadable;
        }
    }

    private static byte[] Read(string file)
    {
        var length = new FileInfo(file).Length;
        return length <= FileBytesMax
            ? File.ReadAllBytes(file)
            : throw new FormatException($"the file has {length} bytes, more than {FileBytesMax}");
    }

    private static void Write(string text, string? path, TextWriter output)
    {
        if (path is null)
        {
            output.Write(text);
            return;
        }

        File.WriteAllText(path, text);
    }

    private static int Version(DateOnly day) => (day.Year * 10_000) + (day.Month * 100) + day.Day;

    private static DateOnly? ParseDay(string text, Action<string> fail)
    {
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            return day;
        }

        fail($"'{text}' is not a day (2026-08-21)");
        return null;
    }
}
