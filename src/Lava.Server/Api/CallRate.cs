using System.Globalization;
using Lava.Core;

namespace Lava.Server.Api;

/// <summary>What one call found of its rate.</summary>
/// <param name="IsAllowed">May it go on?</param>
/// <param name="Limit">Calls a minute; 0: no bound.</param>
/// <param name="Remaining">Calls that are left now.</param>
/// <param name="FullAt">When all of them are again, ticks of UTC.</param>
/// <param name="Wait">After how many ticks the next one is; 0 where this one was allowed.</param>
internal readonly record struct CallRate(bool IsAllowed, int Limit, int Remaining, long FullAt, long Wait)
{
    /// <summary>No bound.</summary>
    public static readonly CallRate Unbounded = new(true, 0, 0, 0, 0);

    /// <summary>Tells it in the answer's headers.</summary>
    /// <exception cref="ApiException">Too many calls.</exception>
    public void Tell(IHeaderDictionary headers)
    {
        if (Limit == 0)
        {
            return;
        }

        headers["X-RateLimit-Limit"] = Format(Limit);
        headers["X-RateLimit-Remaining"] = Format(Remaining);
        headers["X-RateLimit-Reset"] = Format(Seconds(FullAt - DateTime.UnixEpoch.Ticks));
        if (!IsAllowed)
        {
            throw new ApiException(ErrorCode.RateLimited, $"More than {Limit} calls a minute: try again in {Seconds(Wait)} s")
            {
                RetryAfter = Format(Seconds(Wait)),
            };
        }
    }

    private static long Seconds(long ticks) => (ticks + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond;

    private static string Format(long value) => value.ToString(CultureInfo.InvariantCulture);
}
