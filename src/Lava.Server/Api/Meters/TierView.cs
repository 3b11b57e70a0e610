using Lava.Core;

namespace Lava.Server.Api.Meters;

/// <summary>A tier as the API shows it: the start a number, the rate text, the meter's unit repeated.</summary>
internal sealed record TierView(long Start, Money Rate, string Type);
