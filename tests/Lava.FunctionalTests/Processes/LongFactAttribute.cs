namespace Lava.FunctionalTests.Processes;

/// <summary>A test of minutes: only <c>tests/run.sh --long</c> passes it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LongFactAttribute : FactAttribute
{
    public LongFactAttribute() => Skip = IsWanted ? null : "tests/run.sh --long";

    /// <summary>Is this a run of hours? Others repeat what must be repeated a few times only.</summary>
    public static bool IsWanted => Environment.GetEnvironmentVariable("LAVA_TEST_LONG") is not null;
}
