namespace Lava.FunctionalTests.Processes;

/// <summary>A test of minutes: only <c>tests/run.sh --long</c> passes it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LongFactAttribute : FactAttribute
{
    public LongFactAttribute() => Skip = Environment.GetEnvironmentVariable("LAVA_TEST_LONG") is null ? "tests/run.sh --long" : null;
}
