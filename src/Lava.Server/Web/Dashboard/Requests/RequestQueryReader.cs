using System.Globalization;
using System.Text;
using System.Text.Json;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Metering;
using Lava.Metering.Pricing;
using Lava.Postgres;
using Lava.Server.Api;
using Lava.Server.Api.Json;
using Lava.Server.Api.Requests;
using Lava.Server.Web.Dashboard.Html;

namespace Lava.Server.Web.Dashboard.Requests;

/// <summary>Reads a list's address: what the API's list takes, in the words of people who type it.</summary>
/// <param name="query">A parameter of the address; null: none.</param>
/// <param name="merchant">Whose requests.</param>
/// <param name="zone">The zone in which days begin.</param>
/// <param name="accounts">Customers.</param>
/// <param name="pricing">Meters.</param>
internal sealed class RequestQueryReader(
    Func<string, string?> query, Merchant merchant, ViewerZone zone, AccountSnapshot accounts, PricingSnapshot pricing)
{
    private const int PairsMax = 10;

    private static readonly string[] LocalTimes = ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss"];

    private static readonly Dictionary<string, UsageCertainty> Certainties =
        Enum.GetValues<UsageCertainty>().ToDictionary(RequestJson.CertaintyName);

    private readonly List<RequestChip> _chips = [];
    private readonly List<string> _problems = [];
    private bool _canMatch = true;

    /// <summary>Reads it.</summary>
    public RequestQuery Read()
    {
        var filter = new RequestFilter
        {
            MerchantId = merchant.Id,
            Status = Choice(RequestParameters.Status, "Status", RequestNames.Statuses),
            Provider = Text(RequestParameters.Provider, "Provider"),
            Model = Text(RequestParameters.Model, "Model"),
            CustomerId = Known(RequestParameters.Customer, "Customer", IdPrefix.Customer, FindCustomer),
            MeterId = Known(RequestParameters.Meter, "Meter", IdPrefix.Meter, FindMeter),
            Metadata = Text(RequestParameters.Metadata, "Metadata") is { } pairs ? Pairs(pairs) : null,
            From = Time(RequestParameters.From, "From", isEnd: false),
            Until = Time(RequestParameters.To, "To", isEnd: true),
            Certainty = Choice(RequestParameters.Certainty, "Usage", Certainties),
            SpendKeyId = Known(RequestParameters.SpendKey, "Spend key", IdPrefix.SpendKey, _ => null),
        };
        return new RequestQuery(filter, _canMatch && _problems.Count == 0, _chips, _problems);
    }

    private string? Text(string name, string label)
    {
        if (query(name) is not { } text)
        {
            return null;
        }

        _chips.Add(new RequestChip(name, text, label));
        if (!text.Any(char.IsControl))
        {
            return text;
        }

        _problems.Add($"{label}: must have no control characters");
        return null;
    }

    private T? Choice<T>(string name, string label, IReadOnlyDictionary<string, T> choices)
        where T : struct
    {
        if (Text(name, label) is not { } text)
        {
            return null;
        }

        if (choices.TryGetValue(text, out var choice))
        {
            return choice;
        }

        _problems.Add($"{label}: must be one of {string.Join(", ", choices.Keys)}");
        return null;
    }

    // Ids of what was deleted still find their requests.
    private Guid? Known(string name, string label, string prefix, Func<byte[], Guid?> find)
    {
        if (Text(name, label) is not { } text)
        {
            return null;
        }

        var id = find(Encoding.UTF8.GetBytes(text)) ?? (Ids.TryParse(prefix, text, out var parsed) ? parsed : null);
        _canMatch &= id is not null;
        return id;
    }

    private Guid? FindCustomer(byte[] name) => accounts.TryFindCustomer(merchant.Id, name, out var customer) ? customer.Id : null;

    private Guid? FindMeter(byte[] name) => pricing.TryFindMeter(merchant.Id, name, out var meter) ? meter.Id : null;

    private string? Pairs(string text)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = pair.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0 || pairs.Count == PairsMax || !pairs.TryAdd(pair[..colon].Trim(), pair[(colon + 1)..].Trim()))
            {
                _problems.Add($"Metadata: must be at most {PairsMax} pairs with different names, as in feature:chat;user:7");
                return null;
            }
        }

        return pairs.Count == 0 ? null : JsonSerializer.Serialize(pairs, ApiJson.Plain.DictionaryStringString);
    }

    private DateTimeOffset? Time(string name, string label, bool isEnd)
    {
        if (Text(name, label) is not { } text)
        {
            return null;
        }

        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            && TimeText.TryParse(text, out _))
        {
            return InZone((isEnd ? day.AddDays(1) : day).ToDateTime(TimeOnly.MinValue));
        }

        // A time without an offset is the viewer's own.
        if (DateTime.TryParseExact(text, LocalTimes, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local)
            && TimeText.TryParse(text, out _))
        {
            return InZone(local);
        }

        if (TimeText.TryParse(text, out var time))
        {
            return isEnd ? TimeText.After(text, time) : time;
        }

        _problems.Add($"{label}: must be a day, as in 2026-05-15, or a time, as in 2026-05-15T14:00:00+02:00");
        return null;
    }

    // Where a clock is put forward at midnight, the day begins an hour later.
    private DateTimeOffset InZone(DateTime local)
    {
        while (zone.Zone.IsInvalidTime(local))
        {
            local = local.AddMinutes(30);
        }

        // Of an hour that there is twice, the first.
        var offset = zone.Zone.IsAmbiguousTime(local) ? zone.Zone.GetAmbiguousTimeOffsets(local).Max() : zone.Zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset);
    }
}
