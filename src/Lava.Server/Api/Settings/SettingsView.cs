using System.Text.Json;
using Lava.Core;
using Lava.Postgres;
using Lava.Server.Api.Json;

namespace Lava.Server.Api.Settings;

/// <summary>A merchant's settings as the API shows them; <c>unpriced_models</c> is a word or the rates.</summary>
internal sealed record SettingsView(string UnlinkedMeters, JsonElement UnpricedModels, Money LowBalance, string? SupportContact)
{
    public const string Track = "track";
    public const string Refuse = "refuse";

    public static SettingsView From(MerchantSettings settings) => new(
        settings.RefuseUnlinkedMeters ? Refuse : Track,
        settings is { CeilingInput: { } input, CeilingOutput: { } output }
            ? JsonSerializer.SerializeToElement(new CeilingView(input, output), ApiJson.Shape.CeilingView)
            : JsonSerializer.SerializeToElement(Refuse, ApiJson.Shape.String),
        settings.LowBalance,
        settings.SupportContact);
}
