namespace Lava.Server.Hosting;

/// <summary>Where the process is in its life: starting, or waiting for something; running; stopping.</summary>
internal sealed class NodeState
{
    private volatile string? _hindrance = "starting";
    private volatile ServerNode? _node;

    /// <summary>The node; null until it runs.</summary>
    public ServerNode? Node => _node;

    /// <summary>Why no call can be served; null: the node runs. (It may have reasons of its own.)</summary>
    public string? Hindrance => _hindrance;

    public void Wait(string reason) => _hindrance = reason;

    public void Run(ServerNode node)
    {
        _node = node;
        _hindrance = null;
    }

    public void Stop() => _hindrance = "stopping";
}
