using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Lava.Billing.Payments.Stripe;

/// <summary>The header <c>Stripe-Signature</c>: who sent a webhook, and when (https://docs.stripe.com/webhooks#verify-manually).</summary>
public static class StripeSignature
{
    /// <summary>Signatures of a header that are looked at: there is one for each secret that Stripe has.</summary>
    public const int SignaturesMax = 16;

    /// <summary>A message may be so old, and as much ahead of our clock.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(300);

    /// <summary>Is this body signed with one of the secrets, and now?</summary>
    public static StripeSignatureOutcome Check(
        string? header, ReadOnlySpan<byte> body, IReadOnlyList<string> secrets, DateTimeOffset now)
    {
        if (!TryRead(header, out var time, out var seconds, out var signatures))
        {
            return StripeSignatureOutcome.Wrong;
        }

        byte[] signed = [.. Encoding.ASCII.GetBytes(time), (byte)'.', .. body];
        var isRight = false;
        foreach (var secret in secrets)
        {
            var expected = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed);
            foreach (var signature in signatures)
            {
                isRight |= CryptographicOperations.FixedTimeEquals(expected, signature);
            }
        }

        return !isRight ? StripeSignatureOutcome.Wrong
            : Math.Abs((double)now.ToUnixTimeSeconds() - seconds) > Tolerance.TotalSeconds ? StripeSignatureOutcome.Old
            : StripeSignatureOutcome.Right;
    }

    // t=1492774577,v1=5257a869…,v0=…
    private static bool TryRead(string? header, out string time, out long seconds, out List<byte[]> signatures)
    {
        (time, seconds, signatures) = ("", 0, []);
        foreach (var part in (header ?? "").Split(','))
        {
            var at = part.IndexOf('=');
            var (name, value) = at < 0 ? ("", "") : (part[..at].Trim(), part[(at + 1)..].Trim());
            if (name == "t")
            {
                if (time.Length > 0 || !long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out seconds))
                {
                    return false;
                }

                time = value;
            }
            else if (name == "v1" && signatures.Count < SignaturesMax && value.Length == 2 * HMACSHA256.HashSizeInBytes
                && value.All(char.IsAsciiHexDigit))
            {
                signatures.Add(Convert.FromHexString(value));
            }
        }

        return time.Length > 0;
    }
}
