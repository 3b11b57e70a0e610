using Lava.Core;
using Lava.Postgres;

namespace Lava.Server.Api.Settings;

/// <summary><c>/v1/settings</c>: what a merchant chose for all its calls.</summary>
internal sealed class SettingsEndpoints(ManagementDependencies dependencies, ChangeGate gate)
{
    // Ten times the dearest model there is.
    private static readonly Money RateMax = Money.FromDollars(10_000);

    private static readonly Money LowBalanceMax = Money.FromDollars(1_000_000);

    private static readonly Dictionary<string, bool> UnlinkedMeters = new()
    {
        [SettingsView.Track] = false,
        [SettingsView.Refuse] = true,
    };

    public Task GetAsync(ApiCall call) => call.OkAsync(SettingsView.From(MerchantSettings.Of(call.Merchant)));

    public async Task UpdateAsync(ApiCall call)
    {
        var body = await call.ReadBodyAsync();
        var refuse = body.Choice("unlinked_meters", UnlinkedMeters);
        var ceiling = ReadCeiling(body);
        var low = body.Amount("low_balance", Money.Zero, LowBalanceMax);
        var contact = body.Text("support_contact", TextRules.Contact);
        body.Errors.ThrowIfAny();
        var settings = await gate.RunAsync(
            call.Merchant.Id,
            async () =>
            {
                // Not the call's merchant: another change may have come between.
                var now = dependencies.Accounts.Current.Merchants.TryGetValue(call.Merchant.Id, out var known) ? known : call.Merchant;
                var changed = MerchantSettings.Of(now);
                changed = changed with
                {
                    RefuseUnlinkedMeters = refuse ?? changed.RefuseUnlinkedMeters,
                    LowBalance = low ?? changed.LowBalance,
                    SupportContact = contact.IsPresent ? contact.Value : changed.SupportContact,
                };
                changed = ceiling.IsPresent
                    ? changed with { CeilingInput = ceiling.Value?.InputRate, CeilingOutput = ceiling.Value?.OutputRate }
                    : changed;
                await dependencies.Stores.Merchants.SetSettingsAsync(now.Id, changed, CancellationToken.None);
                dependencies.Accounts.Swap(accounts => accounts.WithMerchants(
                    merchant => merchant.Id == now.Id ? changed.ApplyTo(merchant) : merchant));
                return changed;
            },
            call.Aborted);
        await call.OkAsync(SettingsView.From(settings));
    }

    // The word, or both rates.
    private static Change<CeilingView?> ReadCeiling(RequestBody body)
    {
        const string Name = "unpriced_models";
        if (!body.Has(Name))
        {
            return default;
        }

        if (body.Object(Name) is { } rates)
        {
            return new Change<CeilingView?>(
                true, new CeilingView(rates.RequiredAmount("input_rate", RateMax), rates.RequiredAmount("output_rate", RateMax)));
        }

        if (!body.Is(Name, SettingsView.Refuse))
        {
            body.Errors.Add(Name, """must be "refuse" or {"input_rate": "…", "output_rate": "…"}, dollars per million tokens""");
        }

        return new Change<CeilingView?>(true, null);
    }
}
