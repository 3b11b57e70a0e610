using Lava.Core;

namespace Lava.Metering.Scanning;

/// <summary>How a figure is read: what a role counts, and in what it is kept.</summary>
/// <param name="Role">What it counts, without its unit: seconds for milliseconds, dollars for cents.</param>
/// <param name="Scale">In what it stands there.</param>
internal readonly record struct FieldUnit(FieldRole Role, FieldScale Scale)
{
    private const int MicrosecondsPerMillisecond = 1000;
    private const int CentsPerDollar = 100;

    /// <summary>How a role's figure is read; false for a role that is none of a figure.</summary>
    public static bool TryGet(FieldRole role, out FieldUnit unit)
    {
        unit = role switch
        {
            FieldRole.InputSeconds or FieldRole.OutputSeconds or FieldRole.ProviderUnits => new(role, FieldScale.Micros),
            FieldRole.InputMilliseconds => new(FieldRole.InputSeconds, FieldScale.Thousandths),
            FieldRole.OutputMilliseconds => new(FieldRole.OutputSeconds, FieldScale.Thousandths),
            FieldRole.Cost => new(role, FieldScale.Dollars),
            FieldRole.CostCents => new(FieldRole.Cost, FieldScale.Cents),
            FieldRole.CostTicks => new(FieldRole.Cost, FieldScale.Ticks),
            FieldRole.Channels => new(role, FieldScale.Whole),
            _ => new(FieldRoles.TryGetCount(role, out _) ? role : FieldRole.None, FieldScale.Whole),
        };
        return unit.Role != FieldRole.None;
    }

    /// <summary>
    /// The figure as it is kept: counts, microseconds, millionths of the provider's unit, units of money. False when it is negative or
    /// beyond its range.
    /// </summary>
    public bool TryRead(in DecimalNumber number, out long value)
    {
        switch (Scale)
        {
            case FieldScale.Micros:
                return number.TryGetMicros(out value);
            case FieldScale.Thousandths:
                var read = number.TryGetCount(out value) && value <= Usage.MaxCount / MicrosecondsPerMillisecond;
                value = read ? value * MicrosecondsPerMillisecond : 0;
                return read;
            case FieldScale.Dollars or FieldScale.Cents:
                var isMoney = number.TryGetDollars(out var money);
                value = Scale == FieldScale.Cents ? Rate.RoundUp(money.Units, CentsPerDollar).Units : money.Units;
                return isMoney;
            default:
                return number.TryGetCount(out value);
        }
    }
}
