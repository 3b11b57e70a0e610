using System.Buffers;
using System.Buffers.Text;
using Lava.Core;
using Lava.Server.Api;

namespace Lava.Server.Web.Checkout;

/// <summary>The header by which a browser names its visit: 32 random bytes, base64url, 43 characters.</summary>
internal static class VisitHeader
{
    public const string Name = "x-lava-visit";

    private const int Bytes = 32;
    private const int Characters = 43;

    /// <summary>The visit's hash; default: none was named.</summary>
    /// <exception cref="ApiException">It is no such number.</exception>
    public static UInt256 Read(HttpRequest request)
    {
        var text = request.Headers[Name].ToString();
        if (text.Length == 0)
        {
            return default;
        }

        Span<byte> visit = stackalloc byte[Bytes];
        return text.Length == Characters
            && Base64Url.DecodeFromChars(text, visit, out _, out var written) == OperationStatus.Done && written == Bytes
            ? UInt256.Sha256(visit)
            : throw new ApiException(ErrorCode.InvalidRequest, $"{Name} must be 32 bytes in base64url");
    }
}
