using Lava.Postgres;

namespace Lava.Server.Web.Dashboard.Sessions;

/// <summary>A person who has signed in.</summary>
/// <param name="Account">Whose data.</param>
/// <param name="Record">As it is stored.</param>
internal sealed record DashboardSession(AccountRecord Account, SessionRecord Record)
{
    private long _seenTicks = Record.SeenAt.UtcTicks;

    /// <summary>When it was used last.</summary>
    public DateTimeOffset SeenAt => new(Volatile.Read(ref _seenTicks), TimeSpan.Zero);

    /// <summary>The merchant of a mode; null: the session does not reach it.</summary>
    public Guid? MerchantOf(bool isTest) =>
        (Record.Modes & (isTest ? SessionModes.Test : SessionModes.Live)) == 0 ? null
            : isTest ? Account.TestMerchantId : Account.LiveMerchantId;

    /// <summary>Notes a use; true where it is to be stored.</summary>
    public bool See(DateTimeOffset now, TimeSpan interval)
    {
        var seen = Volatile.Read(ref _seenTicks);
        return now.UtcTicks - seen >= interval.Ticks && Interlocked.CompareExchange(ref _seenTicks, now.UtcTicks, seen) == seen;
    }
}
