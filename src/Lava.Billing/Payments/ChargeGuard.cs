namespace Lava.Billing.Payments;

/// <summary>Guard rails of charges that nobody asked for: an error of ours must not empty a customer's account.</summary>
public static class ChargeGuard
{
    /// <summary>Attempts of a wallet in <see cref="AttemptsWindow"/>, at most.</summary>
    public const int AttemptsMax = 2;

    /// <summary>See <see cref="AttemptsMax"/>.</summary>
    public static readonly TimeSpan AttemptsWindow = TimeSpan.FromMinutes(10);

    /// <summary>After a decline nothing is tried for so long.</summary>
    public static readonly TimeSpan FailureWindow = TimeSpan.FromHours(1);

    /// <summary>When a charge is allowed again; null: now.</summary>
    /// <param name="attempts">The wallet's, of <see cref="FailureWindow"/> at least; in any order.</param>
    /// <param name="now">Now.</param>
    public static DateTimeOffset? FreeAt(IReadOnlyList<PastAttempt> attempts, DateTimeOffset now)
    {
        DateTimeOffset? freeAt = null;
        foreach (var failed in attempts.Where(attempt => attempt.HasFailed))
        {
            freeAt = Later(freeAt, failed.At + FailureWindow);
        }

        var latest = attempts.Select(attempt => attempt.At).OrderDescending().Skip(AttemptsMax - 1).Take(1).ToArray();
        if (latest is [var first])
        {
            freeAt = Later(freeAt, first + AttemptsWindow);
        }

        return freeAt > now ? freeAt : null;
    }

    private static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset other) => one > other ? one : other;
}
