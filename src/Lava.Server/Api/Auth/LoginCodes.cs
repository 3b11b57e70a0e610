using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Lava.Core;

namespace Lava.Server.Api.Auth;

/// <summary>Codes that a browser carries from the sign-in page to a command line: good once, for a minute, in this process alone.</summary>
internal sealed class LoginCodes(TimeProvider time)
{
    /// <summary>The contract's figure.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromSeconds(60);

    // Codes at once; each comes of a page that someone has just filled in.
    private const int CodesMax = 1_000;

    // 256 bits, as the keys that they stand for.
    private const int RandomBytes = 32;
    private readonly ConcurrentDictionary<UInt256, (UInt256 Key, DateTimeOffset Until)> _codes = new();

    /// <summary>A code for the owner of a secret key; null where there are too many.</summary>
    /// <param name="key">The key's digest.</param>
    public string? Issue(UInt256 key)
    {
        var now = time.GetUtcNow();
        if (_codes.Count >= CodesMax)
        {
            foreach (var (digest, (_, until)) in _codes)
            {
                if (until <= now)
                {
                    _codes.TryRemove(digest, out _);
                }
            }

            if (_codes.Count >= CodesMax)
            {
                return null;
            }
        }

        var code = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));
        _codes[Digest(code)] = (key, now + Life);
        return code;
    }

    /// <summary>Uses a code up; the digest of the key whose owner it stands for.</summary>
    public bool TryTake(string code, out UInt256 key)
    {
        var found = _codes.TryRemove(Digest(code), out var entry);
        key = entry.Key;
        return found && entry.Until > time.GetUtcNow();
    }

    private static UInt256 Digest(string code) => UInt256.Sha256(Encoding.UTF8.GetBytes(code));
}
