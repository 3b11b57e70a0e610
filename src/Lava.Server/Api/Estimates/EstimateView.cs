using System.Text.Json.Serialization;
using Lava.Core;

namespace Lava.Server.Api.Estimates;

/// <summary>Can the customer afford a call like this? Without a customer nobody's credit is asked.</summary>
internal sealed record EstimateView(
    bool Allowed,
    Money EstimatedCost,
    Money EstimatedCharge,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Money? Available,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason);
