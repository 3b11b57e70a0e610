using Lava.Load.Comparing;

namespace Lava.Tests.Load.Comparing;

public sealed class CompareOptionsTests
{
    [Fact]
    public void Read_Choices_KeepTheirOrderAndValues()
    {
        var options = CompareOptions.Read(
            ["--quick", "--only", "start,throughput", "--proxies", "floor,nginx", "--also", "old=/x/lava.dll", "--rounds", "3"]);
        Assert.Equal(["throughput", "start"], options.Questions);
        Assert.Equal(["nginx", "floor"], options.Proxies);
        Assert.Equal([("old", "/x/lava.dll")], options.Others);
        Assert.Equal((3, TimeSpan.FromSeconds(1)), (options.Rounds, options.During));
    }

    [Theory]
    [InlineData("--rounds")]
    [InlineData("--rounds", "0")]
    [InlineData("--seconds", "x")]
    [InlineData("--only", "throughput,speed")]
    [InlineData("--also", "old")]
    [InlineData("--fast", "1")]
    public void Read_WrongArguments_AreRefused(params string[] arguments) =>
        Assert.Throws<FormatException>(() => CompareOptions.Read(arguments));
}
