using System.Text;
using Lava.Core;

namespace Lava.Tests.Server.Api;

public sealed class LegacySecretTests
{
    private readonly LegacySecret _secrets = new(Enumerable.Repeat((byte)7, 32).ToArray());
    private readonly Guid _id = Ids.New(TimeProvider.System);

    [Theory]
    [InlineData(true, "^cons_test_[A-Za-z0-9_-]{62}$")]
    [InlineData(false, "^cons_live_[A-Za-z0-9_-]{62}$")]
    public void FormatCustomer_EitherMode_IsReadBack(bool test, string pattern)
    {
        var text = _secrets.FormatCustomer(test, _id);

        Assert.Matches(pattern, text);
        Assert.True(_secrets.TryReadCustomer(Encoding.UTF8.GetBytes(text), out var id));
        Assert.Equal(_id, id);
        Assert.False(_secrets.TryReadMeter(Encoding.UTF8.GetBytes(text), out _));
    }

    [Fact]
    public void TryReadMeter_EveryChangedCharacter_IsRefused()
    {
        var secret = Encoding.UTF8.GetBytes(_secrets.FormatMeter(_id));
        Assert.True(_secrets.TryReadMeter(secret, out var id));
        Assert.Equal(_id, id);
        for (var i = 0; i < secret.Length; i++)
        {
            var changed = (byte[])secret.Clone();
            changed[i] = changed[i] == (byte)'2' ? (byte)'3' : (byte)'2';
            Assert.False(_secrets.TryReadMeter(changed, out _));
            Assert.False(_secrets.TryReadMeter(secret.AsSpan(0, i), out _));
        }
    }

    [Fact]
    public void TryReadCustomer_OtherMasterKeyOrMode_IsRefused()
    {
        var live = _secrets.FormatCustomer(false, _id);

        Assert.False(new LegacySecret(new byte[32]).TryReadCustomer(Encoding.UTF8.GetBytes(live), out _));
        Assert.False(_secrets.TryReadCustomer(Encoding.UTF8.GetBytes(live.Replace("live", "test")), out _));
    }

    [Fact]
    public void TryRead_Anything_AllocatesNothing()
    {
        var customer = Encoding.UTF8.GetBytes(_secrets.FormatCustomer(true, _id));
        var meter = Encoding.UTF8.GetBytes(_secrets.FormatMeter(_id));
        Assert.Equal(0, Allocations.Least(Read));

        void Read()
        {
            _secrets.TryReadCustomer(customer, out _);
            _secrets.TryReadMeter(meter, out _);
            _secrets.TryReadMeter(customer, out _);
        }
    }
}
