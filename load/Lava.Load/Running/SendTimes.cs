namespace Lava.Load.Running;

/// <summary>When the calls of an open loop are due.</summary>
internal static class SendTimes
{
    /// <summary>Times since the phase began, ascending; none for phases that are no open loop.</summary>
    /// <param name="phase">The phase.</param>
    /// <param name="rateBefore">Calls a second at the end of the phase before; 0 for the first.</param>
    public static IEnumerable<TimeSpan> Of(Simulation phase, double rateBefore) => phase switch
    {
        Simulation.Inject inject => Even(inject.Rate, inject.Rate, inject.During),
        Simulation.RampingInject ramp => Even(rateBefore, ramp.Rate, ramp.During),
        _ => [],
    };

    // After t seconds N(t) = from·t + (to − from)·t² / 2·during calls have been due; call n is due where N(t) = n.
    private static IEnumerable<TimeSpan> Even(double from, double to, TimeSpan during)
    {
        var seconds = during.TotalSeconds;
        var growth = (to - from) / seconds;
        var count = (from + to) / 2 * seconds;
        for (long n = 0; n < count; n++)
        {
            // The root as 2n over a sum loses no digits where the rate hardly changes.
            var root = Math.Sqrt(Math.Max(0, from * from + 2 * growth * n));
            yield return n == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(2 * n / (from + root));
        }
    }
}
