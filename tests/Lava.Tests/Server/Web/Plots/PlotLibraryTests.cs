using Lava.Core;

namespace Lava.Tests.Server.Web.Plots;

/// <summary>The plotting library is the file that npm gives, with its licence, and the map says which.</summary>
public sealed class PlotLibraryTests
{
    private const string Folder = "src/Lava.Server/Web/Dashboard/assets/";

    // Of uplot@1.6.32, whose tarball's integrity src/README.md names.
    [Theory]
    [InlineData("uPlot.iife.min.js", "19c8d4c6ad88929a79f4ae49d6f7161566dfd0ba3d15cc495e974f787eb78f1f")]
    [InlineData("uPlot.min.css", "df630c6a8d6f8eeaff264b50f73ce5b114f646ffd9a0bb74f049b0a00135fa04")]
    [InlineData("uPlot.LICENSE.txt", "8f989229699b4fe2f1a0432d0e9edc338a8a911e250e2d1b01ecd770a5f5b1bd")]
    public void File_IsUnchanged(string name, string sha256) => Assert.Equal(
        sha256, Convert.ToHexStringLower(UInt256.Sha256(File.ReadAllBytes(Path.Combine(SourceTree.Root, Folder, name))).ToArray()));

    [Fact]
    public void Map_NamesItsVersionAndLicence()
    {
        Assert.Contains("(v1.6.32)", SourceTree.Read(Folder + "uPlot.iife.min.js"), StringComparison.Ordinal);
        Assert.Contains("uPlot 1.6.32 (MIT)", SourceTree.Read("src/README.md"), StringComparison.Ordinal);
        Assert.StartsWith("The MIT License", SourceTree.Read(Folder + "uPlot.LICENSE.txt"), StringComparison.Ordinal);
    }
}
