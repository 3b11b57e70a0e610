using System.Globalization;
using System.Net;
using Lava.Load.Running;

namespace Lava.Load.Scenarios;

/// <summary>The calls of a soak: the number chooses what it is, so that each run does the same.</summary>
internal sealed class SoakCalls(GatewayClient client, string[] customers, string brokeToken)
{
    private readonly byte[] _json = ScenarioCatalog.Body(words: 120, stream: false);
    private readonly byte[] _stream = ScenarioCatalog.Body(words: 120, stream: true);
    private readonly string _run = Guid.NewGuid().ToString("N");
    private long _answered;
    private long _left;

    public required (string Fixed, string Percentage) Meters { get; init; }

    public required int Tokens { get; init; }

    /// <summary>Calls and reports that were answered in full: all of them are recorded.</summary>
    public long Answered => Volatile.Read(ref _answered);

    /// <summary>Calls that the client left: recorded or not.</summary>
    public long Left => Volatile.Read(ref _left);

    public async Task<StepResult> RunAsync(long number)
    {
        var customer = customers[number % customers.Length];
        var tokens = ("x-sim-tokens", (Tokens / 2 + number % Tokens).ToString(CultureInfo.InvariantCulture));
        var pace = ("x-sim-tokens-per-second", "100");
        var result = (number % 20) switch
        {
            < 9 => await client.CallAsync(Token(customer, number), _json, HttpStatusCode.OK, firstChunk: false, tokens),
            < 13 => await client.CallAsync(Token(customer, number), _stream, HttpStatusCode.OK, firstChunk: true, tokens),
            < 16 => await client.CallAsync(Token(customer, number), _stream, HttpStatusCode.OK, firstChunk: true, tokens, pace),
            < 17 => await LeaveAsync(Token(customer, number), tokens, pace),
            < 18 => await client.CallAsync(brokeToken, _json, HttpStatusCode.PaymentRequired, firstChunk: false),
            _ => await client.ReportAsync($"{_run}-{number}", customer, Meters.Fixed),
        };
        if (result is { IsOk: true, Status: "200" })
        {
            Interlocked.Increment(ref _answered);
        }

        return result;
    }

    private async Task<StepResult> LeaveAsync(string token, params (string Name, string Value)[] headers)
    {
        Interlocked.Increment(ref _left);
        return await client.LeaveAsync(token, _stream, headers);
    }

    private string Token(string customer, long number) => client.Token(customer, number % 3 == 0 ? Meters.Percentage : Meters.Fixed);
}
