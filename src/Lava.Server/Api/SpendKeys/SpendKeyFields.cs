using Lava.Core;
using Lava.Core.Accounts;
using Lava.Metering;
using Lava.Postgres;

namespace Lava.Server.Api.SpendKeys;

/// <summary>Reads a spend key's fields: absent keeps what is there, null clears what may be without a value.</summary>
internal sealed class SpendKeyFields(ManagementDependencies dependencies)
{
    // Each is compared with every call of the key.
    private const int NamesMax = 100;

    // A bucket's time must fit into a number, and no key needs more.
    private const int RateMax = 1_000_000;

    private static readonly Money SpendMax = Money.FromDollars(1_000_000);

    /// <summary>What the body makes of a key.</summary>
    /// <param name="body">The body.</param>
    /// <param name="isNew">Is the key new?</param>
    /// <exception cref="ApiException">Fields are wrong: all of them at once.</exception>
    public Func<SpendKeyRecord, SpendKeyRecord> Read(RequestBody body, bool isNew)
    {
        var name = ReadName(body, isNew);
        var paused = body.Choice("status", SpendKeyNames.Statuses);
        var shape = body.Choice("request_shape", SpendKeyNames.Shapes);
        var models = body.TextsChange("allowed_models", NamesMax, VisibleAscii);
        var providers = body.TextsChange("allowed_providers", NamesMax, KnownProvider);
        var spend = ReadLimit(body, "spend_limit", LimitUnit.Spend);
        var requests = ReadLimit(body, "request_limit", LimitUnit.Requests);
        var rate = ReadRate(body);
        var expires = ReadEnd(body, isNew);
        body.Errors.ThrowIfAny();
        return key => key with
        {
            Name = name ?? key.Name,
            IsPaused = paused ?? key.IsPaused,
            Shape = shape ?? key.Shape,
            AllowedModels = models.IsPresent ? models.Value : key.AllowedModels,
            AllowedProviders = providers.IsPresent ? providers.Value : key.AllowedProviders,
            SpendLimit = spend.IsPresent ? spend.Value : key.SpendLimit,
            RequestLimit = requests.IsPresent ? requests.Value : key.RequestLimit,
            RatePerMinute = rate.IsPresent ? rate.Value.PerMinute : key.RatePerMinute,
            RateBurst = rate.IsPresent ? rate.Value.Burst : key.RateBurst,
            ExpiresAt = expires.IsPresent ? expires.Value : key.ExpiresAt,
        };
    }

    private static string? ReadName(RequestBody body, bool isNew)
    {
        if (isNew)
        {
            return body.RequiredText("name");
        }

        if (body.IsNull("name"))
        {
            body.Errors.Add("name", "can't be cleared");
        }

        return body.Text("name").Value;
    }

    private static Change<UsageLimit?> ReadLimit(RequestBody body, string name, LimitUnit unit)
    {
        var change = body.ObjectChange(name);
        if (change.Value is not { } limit)
        {
            return new Change<UsageLimit?>(change.IsPresent, null);
        }

        var amount = unit == LimitUnit.Spend
            ? limit.RequiredAmount("amount", SpendMax).Units
            : limit.RequiredInteger("count", 1, Usage.MaxCount);
        var cycle = limit.Choice("cycle", SpendKeyNames.Cycles, required: true) ?? default;
        return new Change<UsageLimit?>(true, new UsageLimit(unit, cycle, amount, LimitScope.SpendKey));
    }

    private static Change<(int? PerMinute, int? Burst)> ReadRate(RequestBody body)
    {
        var change = body.ObjectChange("rate_limit");
        return change.Value is { } rate
            ? new Change<(int?, int?)>(true, ((int)rate.RequiredInteger("rpm", 1, RateMax), (int?)rate.Integer("burst", 1, RateMax)))
            : new Change<(int?, int?)>(change.IsPresent, default);
    }

    private Change<DateTimeOffset?> ReadEnd(RequestBody body, bool isNew)
    {
        var end = body.Time("expires_at");
        if (isNew && end <= dependencies.Time.GetUtcNow())
        {
            body.Errors.Add("expires_at", "must be in the future");
        }

        return new Change<DateTimeOffset?>(end is not null || body.IsNull("expires_at"), end);
    }

    private static string? VisibleAscii(string text) =>
        text.AsSpan().ContainsAnyExceptInRange('!', '~') ? "must be visible ASCII characters without blanks" : null;

    private string? KnownProvider(string name) => dependencies.Catalog.Providers.Any(provider => provider.Name == name)
        ? null
        : "must be the name of a provider, as GET /v1/services lists them";
}
