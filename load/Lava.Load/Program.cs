namespace Lava.Load;

internal static class Program
{
    private static int Main() => 0;
}
