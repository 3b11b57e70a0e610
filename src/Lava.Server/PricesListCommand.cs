using System.CommandLine;
using System.Text;
using Lava.Metering.Catalog;
using Lava.Server.Configuration;

namespace Lava.Server;

/// <summary><c>lava prices list</c>.</summary>
internal static class PricesListCommand
{
    private const int NotFound = 1;

    public static Command Create()
    {
        var command = new Command(
            "list", "Show the prices that hold today, as the rows of a price file. Exit code 1 where no row is asked for that there is.");
        var provider = new Option<string?>("--provider") { Description = "Only this provider's." };
        var model = new Option<string?>("--model") { Description = "Only this model's, by any name that a request may have for it." };
        var flags = new SettingFlags(command, [ServeSettings.Prices]);
        command.Add(provider);
        command.Add(model);
        command.SetAction(result =>
        {
            var errors = new List<string>();
            var parser = new SettingParser(flags.Sources(result, errors), errors);
            var prices = ServeParts.ReadPrices(parser.Text(ServeSettings.Prices), errors);
            var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
            return errors.Count > 0 || prices is null
                ? CommandLine.Report(errors)
                : Run(prices, today, result.GetValue(provider), result.GetValue(model), Console.Out, Console.Error);
        });
        return command;
    }

    /// <summary>0: shown; 1: there is none of it.</summary>
    public static int Run(PriceCatalog prices, DateOnly day, string? provider, string? model, TextWriter output, TextWriter error)
    {
        var rows = prices.InForceOn(day).Where(row => provider is null || row.Price.Provider == provider).ToList();
        if (model is not null)
        {
            var book = prices.On(day);
            var name = Encoding.UTF8.GetBytes(model);
            var found = book.Providers
                .Select(candidate => book.TryFind(candidate, name, out var price) ? (candidate, price.Model) : default)
                .ToHashSet();
            rows = [.. rows.Where(row => found.Contains((row.Price.Provider, row.Price.Model)))];
        }

        if (rows.Count == 0)
        {
            error.WriteLine("lava: no price");
            return NotFound;
        }

        PriceFileWriter.Write(output, prices.Version, [$"Prices of {day:yyyy-MM-dd}, US dollars."], rows);
        return 0;
    }
}
