using Lava.Core;
using Lava.Metering;
using Lava.Metering.Pricing;

namespace Lava.Tests.Metering;

public sealed class UsageRecordTests
{
    [Fact]
    public void Reset_EveryPropertySet_IsAsNew()
    {
        var settable = typeof(UsageRecord).GetProperties().Where(property => property.CanWrite).ToArray();
        var fresh = new UsageRecord();
        var used = new UsageRecord();
        foreach (var property in settable)
        {
            var value = Other(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType);
            property.SetValue(used, value);
            Assert.NotEqual(property.GetValue(fresh), property.GetValue(used));
        }

        used.Reset();

        Assert.All(settable, property => Assert.Equal(property.GetValue(fresh), property.GetValue(used)));
    }

    private static object Other(Type type) => type switch
    {
        _ when type == typeof(string) => "other",
        _ when type == typeof(Guid) => new Guid(1, 2, 3, new byte[8]),
        _ when type == typeof(Money) => new Money(7),
        _ when type == typeof(Usage) => new Usage { InputTokens = 7 },
        _ when type == typeof(ChargeSlice[]) => new ChargeSlice[1],
        _ when type == typeof(DateOnly) => new DateOnly(2026, 8, 1),
        _ when type == typeof(UInt128) => (UInt128)7,
        _ when type == typeof(bool) => true,
        _ when type.IsEnum => Enum.ToObject(type, 1),
        _ => Convert.ChangeType(7, type),
    };
}
