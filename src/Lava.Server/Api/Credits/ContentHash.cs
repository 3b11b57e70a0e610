using System.Security.Cryptography;
using System.Text;

namespace Lava.Server.Api.Credits;

/// <summary>Tells a repetition under an idempotency key from other content under the same key.</summary>
internal static class ContentHash
{
    /// <summary>
    /// A hash of the fields, in this order, absent ones last or told apart from empty ones by the caller. No field can hold a line break,
    /// so the text tells every content from every other.
    /// </summary>
    public static Guid Of(params ReadOnlySpan<string?> fields) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', fields))).AsSpan(0, 16), bigEndian: true);
}
