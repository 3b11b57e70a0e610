using System.Security.Cryptography;
using System.Text;

namespace Lava.Server.Api.Credits;

/// <summary>Tells a repetition under an idempotency key from other content under the same key.</summary>
internal static class ContentHash
{
    /// <summary>
    /// A hash of the fields, in this order. None holds a line break and none that is given is empty, so no other content has this text.
    /// </summary>
    public static Guid Of(params ReadOnlySpan<string?> fields) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', fields))).AsSpan(0, 16), bigEndian: true);
}
