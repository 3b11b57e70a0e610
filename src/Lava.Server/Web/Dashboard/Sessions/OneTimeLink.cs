using System.Buffers.Text;
using System.Security.Cryptography;
using Lava.Core;

namespace Lava.Server.Web.Dashboard.Sessions;

/// <summary>A link that signs in once, for an hour. Only its digest is kept.</summary>
internal sealed class OneTimeLink(TimeProvider time)
{
    private static readonly TimeSpan LifeMax = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private UInt256? _digest;
    private DateTimeOffset _expiresAt;

    /// <summary>Makes the link's last part; an older one ends.</summary>
    public string Make()
    {
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(DashboardSessions.SecretBytes));
        lock (_lock)
        {
            _digest = Digest(secret);
            _expiresAt = time.GetUtcNow() + LifeMax;
        }

        return secret;
    }

    /// <summary>Would it sign in?</summary>
    public bool Matches(string secret)
    {
        lock (_lock)
        {
            return _digest == Digest(secret) && time.GetUtcNow() < _expiresAt;
        }
    }

    /// <summary>Uses it up; false: it is not the one, used or old.</summary>
    public bool TryTake(string secret)
    {
        lock (_lock)
        {
            var isRight = Matches(secret);
            _digest = isRight ? null : _digest;
            return isRight;
        }
    }

    private static UInt256 Digest(string secret) => UInt256.Sha256(System.Text.Encoding.UTF8.GetBytes(secret));
}
