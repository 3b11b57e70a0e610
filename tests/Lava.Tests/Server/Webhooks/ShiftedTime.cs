namespace Lava.Tests.Server.Webhooks;

/// <summary>The system's clock, as far ahead as a test wants; its timers run as ever.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    private long _ahead;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Volatile.Read(ref _ahead));

    public void Advance(TimeSpan span) => Interlocked.Add(ref _ahead, span.Ticks);
}
