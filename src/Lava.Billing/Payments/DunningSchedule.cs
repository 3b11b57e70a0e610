namespace Lava.Billing.Payments;

/// <summary>When a declined charge is tried again.</summary>
public static class DunningSchedule
{
    /// <summary>How long a renewal waits for another card once its own will never pay.</summary>
    public static readonly TimeSpan LastWait = TimeSpan.FromDays(7);

    private static readonly TimeSpan[] Waits = [TimeSpan.FromHours(1), TimeSpan.FromHours(24), TimeSpan.FromHours(72), LastWait];

    // Of attempts that took nothing: what was merely interrupted is begun again at once, what a provider keeps refusing is not.
    private static readonly TimeSpan[] Pauses =
    [
        TimeSpan.Zero, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(1), TimeSpan.FromHours(1), TimeSpan.FromHours(1), TimeSpan.FromHours(1),
    ];

    /// <summary>The pause after an attempt that took nothing; null: there were so many that it counts as declined.</summary>
    /// <param name="inARow">Those before it, since the last one that was declined.</param>
    public static TimeSpan? PauseAfter(int inARow) => inARow < Pauses.Length ? Pauses[inARow] : null;

    /// <summary>
    /// The next attempt of a payment that was declined each time; null: it is given up. An attempt before its time, because a person or a
    /// new card asked for it, is no step: what was planned stays, or comes sooner. A card that will never pay is not asked twice.
    /// </summary>
    /// <param name="declines">All so far, in their order.</param>
    /// <param name="awaitsCard">Another card is waited for once, for <see cref="LastWait"/>.</param>
    public static DateTimeOffset? NextAt(IReadOnlyList<PastDecline> declines, bool awaitsCard)
    {
        DateTimeOffset? due = null;
        var (steps, hasWaited) = (0, false);
        foreach (var decline in declines)
        {
            var isPlanned = due is null || decline.StartedAt >= due;
            steps += isPlanned ? 1 : 0;
            if (decline.IsForGood)
            {
                due = !awaitsCard || (isPlanned && hasWaited) ? null : isPlanned ? decline.EndedAt + LastWait : due;
                hasWaited |= isPlanned;
                continue;
            }

            DateTimeOffset? next = steps <= Waits.Length ? decline.EndedAt + Waits[steps - 1] : null;
            due = isPlanned || next < due ? next : due;
            hasWaited = false;
        }

        return due;
    }
}
