using System.CommandLine;

namespace Lava.Server;

/// <summary><c>lava prices</c>.</summary>
internal static class PricesCommand
{
    public static Command Create() => new("prices", "Look up what models cost, and make a price file of a public price list.")
    {
        PricesImportCommand.Create(), PricesListCommand.Create(),
    };
}
