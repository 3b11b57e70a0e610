using System.Text.Json;
using Lava.Billing.Credits;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Postgres;
using Lava.Server.Api.Credits;
using Lava.Server.Api.Json;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Overview;

namespace Lava.Server.Web.Dashboard.Customers;

/// <summary>
/// What an open page of a customer is told while calls run: its balance and what is used of its limits, out of memory; and what only
/// PostgreSQL knows, when something has come there.
/// </summary>
internal sealed class CustomerStream
{
    /// <summary>Parameter of its address: also what the overview tab shows.</summary>
    public const string Overview = "overview";

    // From one look to the next.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // Credit that expires, or comes with a cycle, in a wallet whose sum stays the same.
    private static readonly TimeSpan WholeInterval = TimeSpan.FromSeconds(30);

    private readonly PageCall _call;
    private readonly CustomerHead _head;
    private readonly EventStream _stream;
    private readonly LiveFigures _figures = new();
    private readonly CustomerSearchStore _customers;
    private readonly CreditStore _credits;
    private readonly OverviewNews? _plots;
    private readonly bool _hasUsage;
    private CreditSplit? _split;
    private (long Position, Money Posted)? _read;
    private DateTimeOffset _readAt;

    private CustomerStream(PageCall call, CustomerHead head, EventStream stream)
    {
        (_call, _head, _stream) = (call, head, stream);
        (_customers, _credits) = (new CustomerSearchStore(call.Parts.Reading), new CreditStore(call.Parts.Reading));
        _hasUsage = call.Query(Overview) is not null;
        _plots = _hasUsage && CustomerPlots.QueryAt(call, head, call.Now).IsOpen(call.Now)
            ? new OverviewNews(call, stream, now => CustomerPlots.QueryAt(call, head, now))
            : null;
    }

    /// <summary>Until the stream ends, or the customer is deleted.</summary>
    public static Task RunAsync(PageCall call, CustomerHead head, EventStream stream) => new CustomerStream(call, head, stream).RunAsync();

    private async Task RunAsync()
    {
        do
        {
            if (!_call.Parts.Accounts.Current.Customers.TryGetValue(_head.Key, out var customer))
            {
                return;
            }

            await TellAsync(customer);
            await (_plots?.TellAsync() ?? Task.CompletedTask);
        }
        while (await _stream.NextAsync(Interval));
    }

    private async Task TellAsync(Customer customer)
    {
        if (_call.Parts.Management.Wallets.TryRead(customer.WalletId, out var balance))
        {
            await ReadAsync(customer, balance.Posted);
            BalancePart.Tell(_figures, JsonSerializer.SerializeToElement(
                BalanceView.From(_head.Id, balance, _split), ApiJson.Shape.BalanceView));
        }

        if (_hasUsage && await _call.GetAsync(_head.Path("/limits")) is { IsOk: true } limits)
        {
            LimitPart.Tell(_call, _head, _figures, [.. limits.Rows]);
        }

        await _figures.SendAsync(_stream);
    }

    private async Task ReadAsync(Customer customer, Money posted)
    {
        var now = _call.Parts.Time.GetUtcNow();
        var present = (_call.Parts.Position(), posted);
        if (_read == present && now - _readAt < WholeInterval)
        {
            return;
        }

        try
        {
            var splits = await _credits.SplitAsync([customer.WalletId], _stream.End);
            _split = splits.TryGetValue(customer.WalletId, out var split) ? split : null;
            if (_hasUsage)
            {
                var usage = await _customers.UsageAsync(_call.Merchant.Id, _head.Key, _stream.End);
                UsagePart.Tell(_call, _head, _figures, usage);
            }

            (_read, _readAt) = (present, now);
        }
        catch (Exception failure) when (failure is StoreUnavailableException or QueryTooLongException)
        {
            // The page keeps what it has. Of the balance the sum alone is known.
            (_split, _read) = (null, null);
        }
    }
}
