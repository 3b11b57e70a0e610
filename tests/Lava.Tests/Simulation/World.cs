using Lava.Tests.Billing;

namespace Lava.Tests.Simulation;

/// <summary>What all parts of a run share: chance, clock, faults, and whether the process is alive.</summary>
internal sealed class World
{
    private int _pointsLeft = int.MaxValue;

    public World(ulong seed, Action<string>? follow, FaultProfile? faults = null)
    {
        Random = new SeededRandom(seed);
        Faults = faults ?? FaultProfile.Draw(Random);
        Trace = new Trace(follow);
    }

    public SeededRandom Random { get; }

    public Trace Trace { get; }

    public SetTime Time { get; } = new(new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero));

    public FaultProfile Faults { get; set; }

    /// <summary>The process dies at the next such moment.</summary>
    public string? DiesAt { get; set; }

    /// <summary>The process is dead; whatever it still tries has no effect.</summary>
    public bool IsDown { get; private set; }

    /// <summary>A new process, with the moment of its end if it has one.</summary>
    public void Boot()
    {
        IsDown = false;
        DiesAt = null;
        _pointsLeft = Faults.CrashWithin == 0 ? int.MaxValue : Random.Between(1, Faults.CrashWithin);
    }

    /// <summary>Ends the process between two operations.</summary>
    public void Kill() => IsDown = true;

    /// <summary>From now on all goes well.</summary>
    public void Heal()
    {
        Faults = FaultProfile.None;
        _pointsLeft = int.MaxValue;
    }

    /// <summary>A moment at which the process may die: before or after each thing that it asks of the outside.</summary>
    public void Point(string what)
    {
        if (Dies(what))
        {
            throw new SimulatedCrashException();
        }
    }

    /// <summary>The same, for what may be half done then; the caller throws.</summary>
    public bool Dies(string what)
    {
        if (IsDown)
        {
            throw new SimulatedCrashException();
        }

        if (--_pointsLeft > 0 && what != DiesAt)
        {
            return false;
        }

        Trace.Add("crash at " + what);
        IsDown = true;
        return true;
    }
}
