using System.Text;
using Lava.Core;

namespace Lava.Tests.Core;

public sealed class SecretCipherTests
{
    private static readonly byte[] Secret = "sk-provider-secret"u8.ToArray();
    private static readonly Guid Merchant = new(1, 2, 3, new byte[8]);
    private readonly SecretCipher _cipher = new(new byte[32]);

    [Fact]
    public void TryOpen_WhatWasSealed_IsTheSecret()
    {
        var box = _cipher.Seal(Merchant, "openai", Secret);

        Assert.True(_cipher.TryOpen(Merchant, "openai", _cipher.KeyId, box, out var opened));
        Assert.Equal(Secret, opened);
        Assert.True(new SecretCipher(new byte[32]).TryOpen(Merchant, "openai", _cipher.KeyId, box, out _));
    }

    [Fact]
    public void Seal_Twice_GivesOtherBytesAndNeverThePlainText()
    {
        var box = _cipher.Seal(Merchant, "openai", Secret);

        Assert.NotEqual(box, _cipher.Seal(Merchant, "openai", Secret));
        Assert.DoesNotContain("provider", Encoding.Latin1.GetString(box), StringComparison.Ordinal);
    }

    [Fact]
    public void TryOpen_OtherOwnerOrName_IsRefused()
    {
        var box = _cipher.Seal(Merchant, "openai", Secret);

        Assert.False(_cipher.TryOpen(new Guid(1, 2, 4, new byte[8]), "openai", _cipher.KeyId, box, out _));
        Assert.False(_cipher.TryOpen(Merchant, "anthropic", _cipher.KeyId, box, out _));
    }

    [Fact]
    public void TryOpen_OtherMasterKey_IsRefusedAndToldByItsId()
    {
        var other = new SecretCipher([1, .. new byte[31]]);
        var box = _cipher.Seal(Merchant, "openai", Secret);

        Assert.NotEqual(_cipher.KeyId, other.KeyId);
        Assert.False(other.TryOpen(Merchant, "openai", _cipher.KeyId, box, out _));
        Assert.False(other.TryOpen(Merchant, "openai", other.KeyId, box, out _));
    }

    [Fact]
    public void TryOpen_AnyBitChangedOrCut_IsRefused()
    {
        var box = _cipher.Seal(Merchant, "openai", Secret);
        for (var i = 0; i < box.Length; i++)
        {
            var changed = box.ToArray();
            changed[i] ^= 1;
            Assert.False(_cipher.TryOpen(Merchant, "openai", _cipher.KeyId, changed, out _));
            Assert.False(_cipher.TryOpen(Merchant, "openai", _cipher.KeyId, box.AsSpan(0, i), out _));
        }
    }
}
