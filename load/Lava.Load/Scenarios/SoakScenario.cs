using System.Globalization;
using Lava.Load.Running;

namespace Lava.Load.Scenarios;

/// <summary>
/// Minutes of everything at once: JSON, fast and slow streams, clients that hang up, wallets that can't pay, usage reports. In the end
/// the memory is flat, the lag was bounded, and every wallet has lost exactly what its calls say they cost.
/// </summary>
internal static class SoakScenario
{
    private const int Customers = 50;
    private const string Credit = "1000000";
    private const string FixedMeter = "soak-requests";
    private const string PercentageMeter = "soak-tokens";

    /// <summary>Mean tokens of an answer; the paced ones take as many hundredths of a second.</summary>
    private const int Tokens = 50;

    private static readonly TimeSpan During = TimeSpan.FromMinutes(5);

    public static async Task<Scenario> CreateAsync(GatewayClient client, ScenarioSettings settings)
    {
        await client.MeterAsync(FixedMeter, "0.0010000001");
        await client.MeterAsync(PercentageMeter, "0.25", rateType: "percentage", tierType: "tokens_1m");
        var customers = new string[Customers];
        for (var i = 0; i < Customers; i++)
        {
            customers[i] = await client.CustomerAsync(Credit);
        }

        var calls = new SoakCalls(client, customers, client.Token(await client.CustomerAsync("0.0000000001"), FixedMeter))
        {
            Meters = (FixedMeter, PercentageMeter),
            Tokens = Tokens,
        };
        return new Scenario
        {
            Name = "soak",
            Description = $"JSON, streams, hang-ups, refusals and reports, {Customers} wallets",
            Run = calls.RunAsync,
            Load = settings.Load(rate: 200, During),
            Thresholds = [.. ScenarioCatalog.Steady, Threshold.FlatMemory(0.1)],
            Verify = _ => VerifyAsync(client, customers, calls),
        };
    }

    // Reads wait until PostgreSQL holds all that was settled before; what a client left is settled soon after, so none may be open.
    private static async Task<string?> VerifyAsync(GatewayClient client, string[] customers, SoakCalls calls)
    {
        await client.NothingHeldAsync();
        var lost = 0m;
        foreach (var customer in customers)
        {
            lost += decimal.Parse(Credit, CultureInfo.InvariantCulture) - await client.AvailableAsync(customer);
        }

        var totals = await client.UsageAsync();
        var charged = decimal.Parse((string)totals["total_charge"]!, CultureInfo.InvariantCulture);
        var recorded = (long)totals["total_requests"]!;
        return (lost == charged, recorded >= calls.Answered, recorded <= calls.Answered + calls.Left) switch
        {
            (false, _, _) => $"the wallets lost {lost}, the records say {charged}",
            (_, false, _) => $"{calls.Answered} calls were answered in full, only {recorded} are recorded",
            (_, _, false) => $"{recorded} are recorded, but only {calls.Answered} were answered and {calls.Left} left",
            _ => null,
        };
    }
}
