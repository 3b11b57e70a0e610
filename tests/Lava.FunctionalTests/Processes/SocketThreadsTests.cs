namespace Lava.FunctionalTests.Processes;

[Collection(LavaCollection.Name)]
public class SocketThreadsTests(LavaFixture lava)
{
    // Calls run where their sockets are polled: with fewer such threads a part of the processors would serve none.
    [Fact]
    public void Serve_HasAThreadForSocketsForEachProcessor()
    {
        var names = Directory.GetDirectories($"/proc/{lava.Gateway.Id}/task").Select(NameOf);

        Assert.Equal(Environment.ProcessorCount, names.Count(name => name.StartsWith(".NET Sockets", StringComparison.Ordinal)));
    }

    private static string NameOf(string task)
    {
        try
        {
            return File.ReadAllText(Path.Combine(task, "comm"));
        }
        catch (IOException)
        {
            // A thread of the pool that has ended meanwhile.
            return "";
        }
    }
}
