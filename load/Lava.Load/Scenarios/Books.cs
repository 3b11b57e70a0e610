using System.Globalization;
using Lava.Load.Running;

namespace Lava.Load.Scenarios;

/// <summary>
/// The customers who pay for a run, and what they must have paid in the end: each answer is recorded once, the wallets have lost what
/// the records say, and with a fixed price exactly calls × price.
/// </summary>
internal sealed class Books
{
    private readonly GatewayClient _client;
    private readonly decimal _credit;
    private readonly (long Requests, decimal Charge) _before;
    private long _answered;
    private long _left;

    private Books(GatewayClient client, string[] customers, decimal credit, (long, decimal) before)
    {
        (_client, Customers, _credit, _before) = (client, customers, credit, before);
    }

    public IReadOnlyList<string> Customers { get; }

    /// <summary>What every call costs; null where prices differ.</summary>
    public decimal? Price { get; init; }

    /// <summary>Makes the customers, each with the credit.</summary>
    public static async Task<Books> OpenAsync(GatewayClient client, int customers, string credit, string? price)
    {
        var ids = new string[customers];
        for (var i = 0; i < customers; i++)
        {
            ids[i] = await client.CustomerAsync(credit);
        }

        return new Books(client, ids, decimal.Parse(credit, CultureInfo.InvariantCulture), await client.UsageAsync())
        {
            Price = price is null ? null : decimal.Parse(price, CultureInfo.InvariantCulture),
        };
    }

    public string CustomerOf(long number) => Customers[(int)(number % Customers.Count)];

    /// <summary>A call whose answer, if it is the expected one, is recorded and charged.</summary>
    public async Task<StepResult> CountAsync(Task<StepResult> call)
    {
        var result = await call;
        if (result.IsOk)
        {
            Interlocked.Increment(ref _answered);
        }

        return result;
    }

    /// <summary>A call that the client leaves: recorded or not.</summary>
    public Task<StepResult> CountLeftAsync(Task<StepResult> call)
    {
        Interlocked.Increment(ref _left);
        return call;
    }

    /// <summary>
    /// Reads wait until PostgreSQL holds all that was settled before; what a client left is settled soon after, so none may be open.
    /// </summary>
    /// <returns>Null, or what is wrong.</returns>
    public async Task<string?> VerifyAsync()
    {
        await _client.NothingHeldAsync();
        var lost = 0m;
        foreach (var customer in Customers)
        {
            lost += _credit - await _client.AvailableAsync(customer);
        }

        var (requests, charge) = await _client.UsageAsync();
        var (recorded, charged) = (requests - _before.Requests, charge - _before.Charge);
        var (answered, left) = (Volatile.Read(ref _answered), Volatile.Read(ref _left));
        return (lost == charged, recorded >= answered, recorded <= answered + left, lost == (Price * recorded ?? lost)) switch
        {
            (false, _, _, _) => $"the wallets lost {lost}, the records say {charged}",
            (_, false, _, _) => $"{answered} calls were answered in full, only {recorded} are recorded",
            (_, _, false, _) => $"{recorded} are recorded, but only {answered} were answered and {left} left",
            (_, _, _, false) => $"{recorded} calls cost {Price * recorded}, and the wallets lost {lost}",
            _ => null,
        };
    }
}
