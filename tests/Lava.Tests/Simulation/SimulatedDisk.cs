using Lava.Wallets.Journal;

namespace Lava.Tests.Simulation;

/// <summary>A file system in memory. What was not synced, names included, is lost or kept by chance when the power goes.</summary>
internal sealed class SimulatedDisk(World world) : IJournalDisk
{
    private readonly List<NameChange> _unsynced = [];
    private readonly SortedDictionary<string, SimulatedFile> _durable = new(StringComparer.Ordinal);
    private SortedDictionary<string, SimulatedFile> _names = new(StringComparer.Ordinal);

    /// <summary>Is there no room for another byte?</summary>
    public bool IsFull { get; set; }

    public IReadOnlyCollection<string> Names => _names.Keys;

    public void CreateDirectory(string path) => world.Point("create directory");

    public IDisposable Lock(string path)
    {
        world.Point("lock");
        return new MemoryStream();
    }

    public string[] List(string directory, string suffix)
    {
        world.Point("list");
        return [.. _names.Keys.Where(name => name.EndsWith(suffix, StringComparison.Ordinal))];
    }

    public bool Exists(string path) => _names.ContainsKey(path);

    public IJournalFile Create(string path)
    {
        world.Point("create");
        if (IsFull && world.Random.OneIn(2))
        {
            throw SimulatedFile.Full();
        }

        Change(new NameChange(path, new SimulatedFile(world, this)));
        world.Point("created");
        return _names[path];
    }

    public IJournalFile Open(string path)
    {
        world.Point("open");
        return _names.TryGetValue(path, out var file) ? file : throw new FileNotFoundException(null, path);
    }

    public IJournalFile OpenRead(string path) => Open(path);

    public void Rename(string from, string to)
    {
        world.Point("rename");
        var file = _names[from];
        Change(new NameChange(to, file, from));
        world.Point("renamed");
    }

    public void Delete(string path)
    {
        world.Point("delete");
        if (_names.ContainsKey(path))
        {
            Change(new NameChange(path, null));
        }

        world.Point("deleted");
    }

    public void SyncDirectory(string path)
    {
        world.Point("sync directory");
        if (world.Random.PerMille(world.Faults.SyncErrors))
        {
            // Unlike a page of a file a name is journalled: it stays to be written, or the file system stops for good.
            world.Trace.Add("sync of the directory fails");
            throw SimulatedFile.Failed();
        }

        foreach (var change in _unsynced.Where(change => Path.GetDirectoryName(change.Name) == path))
        {
            change.Apply(_durable);
        }

        _unsynced.RemoveAll(change => Path.GetDirectoryName(change.Name) == path);
        world.Point("synced directory");
    }

    /// <summary>The machine goes down: only what is durable comes back, and by chance some of the rest.</summary>
    public void CutPower()
    {
        KeepSomeNames();
        _names = new SortedDictionary<string, SimulatedFile>(_durable, StringComparer.Ordinal);
        foreach (var file in _names.Values)
        {
            file.CutPower();
        }
    }

    /// <summary>The process alone goes down: what it wrote is still in the cache, but for pages whose sync failed.</summary>
    public void Evict()
    {
        foreach (var file in _names.Values)
        {
            file.Evict();
        }
    }

    private void Change(NameChange change)
    {
        change.Apply(_names);
        _unsynced.Add(change);
    }

    private void KeepSomeNames()
    {
        foreach (var change in _unsynced)
        {
            if (world.Random.OneIn(2))
            {
                change.Apply(_durable);
            }
        }

        _unsynced.Clear();
    }

    /// <summary>A name that is given to a file, or taken from one.</summary>
    private sealed record NameChange(string Name, SimulatedFile? File, string? Before = null)
    {
        public void Apply(SortedDictionary<string, SimulatedFile> names)
        {
            if (Before is not null && names.TryGetValue(Before, out var known) && known == File)
            {
                names.Remove(Before);
            }

            if (File is null)
            {
                names.Remove(Name);
            }
            else
            {
                names[Name] = File;
            }
        }
    }
}
