namespace Lava.FunctionalTests.Processes;

[Collection(LavaCollection.Name)]
public class SocketThreadsTests(LavaFixture lava)
{
    // Calls run where their sockets are polled: with fewer such threads a part of the processors would serve none.
    [Fact]
    public void Serve_HasAThreadForSocketsForEachProcessor()
    {
        var names = Directory.GetDirectories($"/proc/{lava.Gateway.Id}/task").Select(task => File.ReadAllText(Path.Combine(task, "comm")));

        Assert.Equal(Environment.ProcessorCount, names.Count(name => name.StartsWith(".NET Sockets", StringComparison.Ordinal)));
    }
}
