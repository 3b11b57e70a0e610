using System.Buffers.Text;
using System.Security.Cryptography;

namespace Lava.Server.Web.Dashboard.Sessions;

/// <summary>
/// The cookie that holds a session's secret, and the token that forms carry, which is made of it. Cookies know no ports: two servers on one
/// machine must not share a name, so it has a part that is made of the master key.
/// </summary>
internal sealed class SessionCookie
{
    private const int NameBytes = 4;

    private static ReadOnlySpan<byte> CookiePurpose => "dashboard cookie"u8;

    private static ReadOnlySpan<byte> FormPurpose => "dashboard form"u8;

    private readonly string _name;
    private readonly bool _isSecure;

    /// <param name="masterKey">The server's.</param>
    /// <param name="publicUrl">Where browsers find this server; null: wherever they say.</param>
    public SessionCookie(ReadOnlySpan<byte> masterKey, string? publicUrl)
    {
        var digest = HMACSHA256.HashData(masterKey, CookiePurpose);
        _name = $"lava_{Convert.ToHexStringLower(digest.AsSpan(0, NameBytes))}";
        _isSecure = publicUrl?.StartsWith("https:", StringComparison.OrdinalIgnoreCase) ?? false;
    }

    /// <summary>The secret that a browser sent; null: none, or something else.</summary>
    public byte[]? Read(HttpRequest request)
    {
        var text = request.Cookies[_name];
        Span<byte> bytes = stackalloc byte[DashboardSessions.SecretBytes];
        return text is { Length: <= 2 * DashboardSessions.SecretBytes } && Base64Url.IsValid(text, out var length)
            && length == bytes.Length && Base64Url.TryDecodeFromChars(text, bytes, out _)
            ? bytes.ToArray()
            : null;
    }

    /// <summary>Gives it to the browser: no script sees it, no other site's form carries it.</summary>
    public void Write(HttpContext http, byte[] secret) =>
        http.Response.Cookies.Append(_name, Base64Url.EncodeToString(secret), Options(http, DashboardSessions.LifeMax));

    /// <summary>Takes it away.</summary>
    public void Delete(HttpContext http) => http.Response.Cookies.Delete(_name, Options(http, null));

    /// <summary>What a form must carry to be taken.</summary>
    public static string FormToken(byte[] secret) => Base64Url.EncodeToString(HMACSHA256.HashData(secret, FormPurpose));

    /// <summary>Is it that?</summary>
    public static bool IsFormToken(byte[] secret, string? token) => token is not null && CryptographicOperations.FixedTimeEquals(
        System.Text.Encoding.UTF8.GetBytes(FormToken(secret)), System.Text.Encoding.UTF8.GetBytes(token));

    // Lax: a link in a mail opens signed in; whatever changes something is a POST with a token.
    private CookieOptions Options(HttpContext http, TimeSpan? life) => new()
    {
        HttpOnly = true,
        Secure = _isSecure || http.Request.IsHttps,
        SameSite = SameSiteMode.Lax,
        Path = "/",
        MaxAge = life,
        IsEssential = true,
    };
}
