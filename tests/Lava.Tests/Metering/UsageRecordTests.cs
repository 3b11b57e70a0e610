using System.Reflection;
using Lava.Core;
using Lava.Metering;
using Lava.Metering.Pricing;

namespace Lava.Tests.Metering;

public sealed class UsageRecordTests
{
    private static readonly PropertyInfo[] Settable =
        [.. typeof(UsageRecord).GetProperties().Where(property => property.CanWrite)];

    [Fact]
    public void Reset_EveryPropertySet_IsAsNew()
    {
        var used = Used();

        used.Reset();

        var fresh = new UsageRecord();
        Assert.All(Settable, property => Assert.Equal(property.GetValue(fresh), property.GetValue(used)));
    }

    [Fact]
    public void CopyFrom_EveryPropertySet_IsTheSame()
    {
        var used = Used();
        var copy = new UsageRecord();

        copy.CopyFrom(used);

        Assert.All(Settable, property => Assert.Equal(property.GetValue(used), property.GetValue(copy)));
    }

    private static UsageRecord Used()
    {
        var fresh = new UsageRecord();
        var used = new UsageRecord();
        foreach (var property in Settable)
        {
            property.SetValue(used, Other(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType));
            Assert.NotEqual(property.GetValue(fresh), property.GetValue(used));
        }

        return used;
    }

    private static object Other(Type type) => type switch
    {
        _ when type == typeof(string) => "other",
        _ when type == typeof(Guid) => new Guid(1, 2, 3, new byte[8]),
        _ when type == typeof(Money) => new Money(7),
        _ when type == typeof(Usage) => new Usage { InputTokens = 7 },
        _ when type == typeof(ChargeSlice[]) => new ChargeSlice[1],
        _ when type == typeof(ModelUsage[]) => new ModelUsage[1],
        _ when type == typeof(DateOnly) => new DateOnly(2026, 8, 1),
        _ when type == typeof(UInt128) => (UInt128)7,
        _ when type == typeof(bool) => true,
        _ when type.IsEnum => Enum.ToObject(type, 1),
        _ => Convert.ChangeType(7, type),
    };
}
